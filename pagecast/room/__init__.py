"""What viewers share: events, the room and the record as folds over them, talk, one viewer's session. Pure."""
