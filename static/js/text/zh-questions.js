/** Every text of en-questions.js in Simplified Chinese. */

export const words = /** @type {Record<keyof typeof import('./en-questions.js').words, string>} */ ({
  cancelLooking: '取消',
})
