/** The texts of the scripts that are loaded with the first question or menu. `|` parts one from many. */

export const words = /** @type {const} */ ({
  cancelLooking: 'Cancel',
  viewStopped: 'Stopped: the table stays as it was',
  youSee: 'You see {what}',
  viewDropped: 'The view could not be answered within 10 seconds for what came, so all rows are shown.',
  lookAgain: 'Try again',
})
