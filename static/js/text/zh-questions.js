/** Every text of en-questions.js in Simplified Chinese. */

export const words = /** @type {Record<keyof typeof import('./en-questions.js').words, string>} */ ({
  pinColumns: '固定这 {n} 列',
  unpinColumns: '取消固定这 {n} 列',
  hideColumns: '隐藏这 {n} 列',
  fitColumns: '按内容调整这 {n} 列的列宽',
  wrapColumns: '这 {n} 列文本换行',
  unwrapColumns: '这 {n} 列文本保持单行',
  columnsLeft: '将这 {n} 列左移',
  columnsRight: '将这 {n} 列右移',
  cancelLooking: '取消',
  viewStopped: '已停止，表格保持原样',
  youSee: '你正在看 {what}',
  viewDropped: '新的表格在 10 秒内没能算出这个视图，因此显示所有行。',
  lookAgain: '重试',
})
