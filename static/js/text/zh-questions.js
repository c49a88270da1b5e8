/** Every text of en-questions.js in Simplified Chinese. */

export const words = /** @type {Record<keyof typeof import('./en-questions.js').words, string>} */ ({
  cancelLooking: '取消',
  viewStopped: '已停止，表格保持原样',
  youSee: '你正在看 {what}',
  viewDropped: '新的表格在 10 秒内没能算出这个视图，因此显示所有行。',
  lookAgain: '重试',
})
