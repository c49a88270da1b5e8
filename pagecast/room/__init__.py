"""The state that viewers share: events, the room and the record as folds, talk, one viewer's session. Pure."""
