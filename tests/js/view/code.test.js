import assert from 'node:assert/strict'
import test from 'node:test'

import { LANGUAGES, uniqueNames, viewCode } from '../../../static/js/view/code.js'
import { columnNames, parseQuery, writeQuery } from '../../../static/js/view/query.js'

const names = columnNames(['gene', 'padj', "it's", 'day', 'x', 'X', '', '_row', '^a$'], 9)

/** @param {string} query @param {string} language */
function written(query, language) {
  const view = parseQuery(query, names)
  return viewCode(language, {
    view,
    query: writeQuery(view, names),
    words: 'padj < 0.05',
    names,
    address: 'https://example.org/parser/1/export',
    kinds: ['text', 'number', 'text', 'date', 'text', 'text', 'text', 'text', 'text'],
    lenses: ['', '', '', '', '', '', '', '', '']
  })
}

const EXPECTED = {
  curl: `curl -OJ 'https://example.org/parser/1/export?format=csv&row_numbers=1&gene__in=A,B&padj__lt=0.05&_sort_desc=gene'
`,
  sql: `-- padj < 0.05
-- curl -o table.csv 'https://example.org/parser/1/export?format=csv&row_numbers=1&names=unique'
SQL_FUNCTIONS
SELECT *
FROM read_csv('table.csv', header = true, delim = ',', quote = '"', escape = '"', all_varchar = true)
WHERE coalesce("gene", '') IN ('A', 'B')
  AND coalesce(as_number(coalesce("padj", '')) < 0.05, false)
ORDER BY CASE WHEN NOT (is_blank(coalesce("gene", ''))) THEN coalesce("gene", '') END DESC NULLS LAST,
  _row::BIGINT;
`
}

for (const [language, expected] of Object.entries(EXPECTED)) {
  test(`a view is written in ${language}`, () => {
    const code = written('padj__lt=0.05&gene__in=A,B&_sort_desc=gene', language)
    assert.equal(code.replace(/(?:CREATE.*\n)+/, 'SQL_FUNCTIONS\n'), expected)
  })
}

test('a view is written in R, which the tests do not run where it is not installed', () => {
  const code = written('padj__lt=0.05&gene__in=A,B&_sort_desc=padj&_search=o', 'r')
  assert.equal(
    code.slice(code.indexOf('t <- read.csv')),
    `t <- read.csv("https://example.org/parser/1/export?format=csv&row_numbers=1&names=unique", colClasses = "character", na.strings = character(), check.names = FALSE, encoding = "UTF-8")
t <- t[t[["gene"]] %in% c("A", "B"), , drop = FALSE]
t <- t[which(as_number(t[["padj"]]) < 0.05), , drop = FALSE]
t <- t[Reduce("|", lapply(t[-1], function(cells) grepl("o", tolower(cells), fixed = TRUE))), , drop = FALSE]
t <- t[order(
  as_number(t[["padj"]]),
  ifelse(is.na(as_number(t[["padj"]])) & !is_blank(t[["padj"]]), t[["padj"]], NA),
  decreasing = c(TRUE, TRUE), na.last = TRUE, method = "radix"
), , drop = FALSE]
`
  )
  for (const name of ['as_number', 'is_blank']) assert.ok(code.includes(`${name} <- function`), name)
  assert.ok(!code.includes('as_date'))
})

test('what people write stays within its quotation marks', () => {
  const evil = '"); drop(\\\'\n'
  const query = writeQuery(
    { ...parseQuery('', names), filters: [{ column: 3, operator: 'exact', values: [evil] }] },
    names
  )
  for (const language of LANGUAGES.filter(one => one !== 'curl' && one !== 'sql')) {
    assert.ok(written(query, language).includes(JSON.stringify(evil)), language)
  }
  assert.ok(written(query, 'sql').includes(`coalesce("it's", '') = '"); drop(\\''\n'`))
  assert.ok(!written(query, 'curl').slice("curl -OJ '".length, -2).includes("'"))
})

test('a name that others have, or that means something else, is a position', () => {
  const name = uniqueNames(names)
  assert.deepEqual([1, 5, 6, 7, 8, 9].map(name), ['gene', '_c5', '_c6', '_c7', '_c8', '_c9'])
})
