/** The texts of the scripts that are loaded with the first question or menu. `|` parts one from many. */

export const words = /** @type {const} */ ({
  pinColumns: 'pin {n} columns',
  unpinColumns: 'unpin {n} columns',
  hideColumns: 'hide {n} columns',
  fitColumns: 'fit {n} columns to their cells',
  wrapColumns: 'wrap the text of {n} columns',
  unwrapColumns: 'keep the text of {n} columns on one line',
  columnsLeft: 'move {n} columns left',
  columnsRight: 'move {n} columns right',
  cancelLooking: 'Cancel',
  viewStopped: 'Stopped: the table stays as it was',
  youSee: 'You see {what}',
  viewDropped: 'The view could not be answered within 10 seconds for what came, so all rows are shown.',
  lookAgain: 'Try again',
})
