/** The texts of the scripts that are loaded with the first question or menu. `|` parts one from many. */

export const words = /** @type {const} */ ({
  cancelLooking: 'Cancel',
})
