INSERT INTO birds (id, name) VALUES (1, 'Otter, the');
INSERT INTO birds (id, name) VALUES (2, 'Heron, the');
INSERT INTO birds (id, name) VALUES (3, 'Stork, the');
