/**
 * A view as code: SQL (DuckDB), pandas, polars, R and curl. Each reads the table as the export writes it, and finds the
 * rows of the view in its order; `_row` is the row in the table. Loaded when somebody copies code.
 *
 * @typedef {import('./query.js').View} View
 * @typedef {import('./query.js').ColumnNaming} ColumnNaming
 * @typedef {'sql' | 'pandas' | 'polars' | 'r' | 'curl'} CodeLanguage
 * @typedef {{view: View, query: string, words: string, names: ColumnNaming, address: string, kinds: readonly string[], lenses: readonly string[]}} Coded
 * `query`: the view's canonical query string; `words`: the view in words; `address`: that of the export, without a query
 * @typedef {{cells: string, reading: string, lens: string}} CodedColumn
 * @typedef {{key: string, descending: boolean}} CodedKey
 * @typedef {{
 *   text: (value: string) => string,
 *   list: (values: readonly string[]) => string,
 *   column: (name: string) => string,
 *   is: (cells: string, value: string) => string,
 *   isIn: (cells: string, list: string) => string,
 *   not: (condition: string) => string,
 *   holds: (cells: string, value: string, end: '' | 'starts' | 'ends') => string,
 *   matches: (cells: string, pattern: string) => string,
 *   compares: (read: string, sign: string, value: string, isDate: boolean) => string,
 *   isBlank: (cells: string) => string,
 *   read: (column: CodedColumn) => string,
 *   natural: (cells: string) => string,
 *   only: (cells: string, condition: string) => string,
 *   isUnread: (read: string, cells: string) => string,
 *   search: (condition: (cells: string) => string) => string,
 *   noLetter: string,
 *   program: (parts: CodedParts) => string
 * }} CodeDialect
 * @typedef {{words: string, address: string, conditions: string[], keys: CodedKey[], columns: string[]}} CodedParts
 */

import { MISSING } from '../text/format.js'

export const LANGUAGES = /** @type {const} */ (['sql', 'pandas', 'polars', 'r', 'curl'])

const BLANK = [...MISSING]
const NUMBER = '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?'
const DATE = '[0-9]{4}-[0-9]{2}(-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?)?'
const WHOLE_NUMBER = `^${NUMBER}$`
const WHOLE_DATE = `^${DATE}$`
const SIGNS = /** @type {Readonly<Record<string, string>>} */ ({ gt: '>', gte: '>=', lt: '<', lte: '<=' })

/** Write a view as code. @param {CodeLanguage} language @param {Coded} coded */
export function viewCode(language, coded) {
  const { view, names, address, words } = coded
  if (language === 'curl')
    return `curl -OJ '${address}${joinQuery(address)}format=csv&row_numbers=1${and(coded.query)}'\n`
  const dialect = { sql, pandas, polars, r }[language]
  const unique = uniqueNames(names)
  /** @param {number} column @returns {CodedColumn} */
  const columnOf = column => ({
    cells: dialect.column(unique(column)),
    reading: coded.kinds[column - 1] ?? 'text',
    lens: coded.lenses[column - 1] ?? ''
  })
  const conditions = view.filters.map(filter => condition(dialect, filter, columnOf(filter.column)))
  if (view.search.text) conditions.push(searched(dialect, view.search))
  return dialect.program({
    words,
    address: `${address}${joinQuery(address)}format=csv&row_numbers=1&names=unique`,
    conditions,
    keys: view.sorts.flatMap(sort => sortKeys(dialect, sort, columnOf(sort.column))),
    columns: view.columns.map(unique)
  })
}

/** @param {string} address */
const joinQuery = address => (address.includes('?') ? '&' : '?')

/** @param {string} query */
const and = query => query && `&${query}`

/**
 * The names of columns where each has its own, as exports.py makes them.
 *
 * @param {ColumnNaming} names @returns {(column: number) => string}
 */
export function uniqueNames(names) {
  /** @type {Map<string, number>} */
  const counts = new Map()
  /** @param {number} column */
  const lowered = column => names.title(column).replace(/[A-Z]/g, letter => letter.toLowerCase())
  for (let column = 1; column <= names.columns; column++) {
    counts.set(lowered(column), (counts.get(lowered(column)) ?? 0) + 1)
  }
  return column => {
    const title = lowered(column)
    const isName = title && !/\0|^\^|^[*]$|^_row$/.test(title) && !/^_c[1-9]\d{0,8}$/.test(title)
    return isName && counts.get(title) === 1 ? names.title(column) : `_c${column}`
  }
}

/** @param {CodeDialect} dialect @param {View['filters'][number]} filter @param {CodedColumn} column */
function condition(dialect, { operator, values: [value = '', ...others] }, column) {
  const { cells } = column
  const sign = SIGNS[operator]
  if (sign) {
    const isDate = column.reading === 'date'
    return dialect.compares(dialect.read(column), sign, isDate ? value : plainValue(value, column.lens), isDate)
  }
  const isNegative = operator.startsWith('not')
  const asked = {
    exact: () => dialect.is(cells, value),
    in: () => dialect.isIn(cells, dialect.list([value, ...others])),
    contains: () => dialect.holds(cells, value.toLowerCase(), ''),
    startswith: () => dialect.holds(cells, value.toLowerCase(), 'starts'),
    endswith: () => dialect.holds(cells, value.toLowerCase(), 'ends'),
    blank: () => dialect.isBlank(cells),
    regex: () => dialect.matches(cells, value)
  }[operator.replace(/^(?:not|is)/, '') || 'exact']
  const said = asked?.() ?? ''
  return isNegative ? dialect.not(said) : said
}

/** A number as it was typed, without what the lens ignores. @param {string} value @param {string} lens */
function plainValue(value, lens) {
  if (new RegExp(`^${NUMBER}$`).test(value)) return String(Number(value))
  const digits = value.replace('−', '-').replace(lens === 'comma' ? /[^\d,eE+-]/g : /[^\d.eE+-]/g, '')
  return String(Number(digits.replace(',', '.')) || 0)
}

/** @param {CodeDialect} dialect @param {View['search']} search */
function searched(dialect, { text, case: onCase, word, regex }) {
  if (!word && !regex) {
    return dialect.search(cells =>
      onCase ? dialect.matches(cells, literal(text)) : dialect.holds(cells, text.toLowerCase(), '')
    )
  }
  const pattern = regex ? text : literal(text)
  const edge = dialect.noLetter
  const whole = word ? `(?:^|${edge})(?:${pattern})(?:$|${edge})` : pattern
  return dialect.search(cells => dialect.matches(cells, onCase ? whole : `(?i)${whole}`))
}

/** @param {string} text */
const literal = text => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/**
 * The keys of the order: numbers or dates, then what is none, blank cells last.
 *
 * @param {CodeDialect} dialect @param {View['sorts'][number]} sort @param {CodedColumn} column @returns {CodedKey[]}
 */
function sortKeys(dialect, { descending, natural }, column) {
  const { cells, reading } = column
  const filled = dialect.only(cells, dialect.not(dialect.isBlank(cells)))
  if (natural) {
    const ordered = dialect.only(dialect.natural(cells), dialect.not(dialect.isBlank(cells)))
    return [ordered, filled].map(key => ({ key, descending }))
  }
  if (reading !== 'number' && reading !== 'date') return [{ key: filled, descending }]
  const read = dialect.read(column)
  return [read, dialect.only(cells, dialect.isUnread(read, cells))].map(key => ({ key, descending }))
}

/** The names of the functions that a program uses. @param {string} body @param {Record<string, string>} functions */
const used = (body, functions) =>
  Object.entries(functions)
    .filter(([name]) => new RegExp(`\\b${name}\\b`).test(body))
    .map(([, text]) => text)
    .join('')

/** Write a call in any of the languages. @param {string} name @param {string[]} values */
const call = (name, ...values) => `${name}(${values.join(', ')})`

/** @param {string} mark @param {string} words */
const comment = (mark, words) => (words ? `${mark} ${words}\n` : '')

/** @param {readonly string[]} values @param {(value: string) => string} text */
const joined = (values, text) => values.map(text).join(', ')

/** A function that reads cells under a lens. @param {string} reading @param {string} lens */
const reader = (reading, lens) => (reading === 'date' ? 'as_date' : ['as_number', lens].filter(Boolean).join('_'))

/** What a lens drops: all that can be no part of a number, and the letters of a currency. @param {string} lens */
const dropped = lens => (lens === 'comma' ? '[A-Z]{3}|[^0-9,eE+-]' : '[A-Z]{3}|[^0-9.eE+-]')

// SQL, as DuckDB reads it

/** @param {string} value */
const sqlText = value =>
  value
    .split('\0')
    .map(part => `'${part.replaceAll("'", "''")}'`)
    .join(' || chr(0) || ')

/** @param {string} name */
const sqlName = name => `"${name.replaceAll('"', '""')}"`

/** @param {string} lens */
const sqlNumber = lens => {
  const plain = `regexp_replace(replace(x, '−', '-'), ${sqlText(dropped(lens))}, '', 'g')`
  const read = !lens ? 'x' : lens === 'comma' ? `replace(${plain}, ',', '.')` : plain
  const name = reader('number', lens)
  return `CREATE OR REPLACE TEMP MACRO ${name}(x) AS CASE WHEN regexp_full_match(${read}, ${sqlText(NUMBER)}) THEN try_cast(${read} AS DOUBLE) END;\n`
}

const SQL_FUNCTIONS = {
  is_blank: `CREATE OR REPLACE TEMP MACRO is_blank(x) AS trim(x) IN (${joined(BLANK, sqlText)});\n`,
  as_number: sqlNumber(''),
  as_number_point: sqlNumber('point'),
  as_number_comma: sqlNumber('comma'),
  as_date: `SET TimeZone = 'UTC';\nCREATE OR REPLACE TEMP MACRO as_date(x) AS CASE WHEN regexp_full_match(x, ${sqlText(DATE)}) THEN try_cast(CASE WHEN length(x) = 7 THEN x || '-01' ELSE x END AS TIMESTAMPTZ) END;\n`,
  natural_key:
    "CREATE OR REPLACE TEMP MACRO natural_key(x) AS list_aggregate(list_transform(regexp_extract_all(x, '[0-9]+|[^0-9]+'), lambda run: CASE WHEN run >= '0' AND run < ':' THEN concat('0', lpad(strlen(ltrim(run, '0'))::VARCHAR, 6, '0'), ltrim(run, '0')) ELSE run END), 'string_agg', '');\n"
}

/** @type {CodeDialect} */
const sql = {
  text: sqlText,
  list: values => `(${joined(values, sqlText)})`,
  column: name => `coalesce(${sqlName(name)}, '')`,
  is: (cells, value) => `${cells} = ${sqlText(value)}`,
  isIn: (cells, list) => `${cells} IN ${list}`,
  not: condition => `NOT (${condition})`,
  holds: (cells, value, end) =>
    `${end === 'starts' ? 'starts_with' : end === 'ends' ? 'suffix' : 'contains'}(lower(${cells}), ${sqlText(value)})`,
  matches: (cells, pattern) => `regexp_matches(${cells}, ${sqlText(pattern)})`,
  compares: (read, sign, value, isDate) =>
    `coalesce(${read} ${sign} ${isDate ? call('as_date', sqlText(value)) : value}, false)`,
  isBlank: cells => `is_blank(${cells})`,
  read: ({ cells, reading, lens }) => `${reader(reading, lens)}(${cells})`,
  natural: cells => `natural_key(${cells})`,
  only: (cells, condition) => `CASE WHEN ${condition} THEN ${cells} END`,
  isUnread: (read, cells) => `${read} IS NULL AND NOT is_blank(${cells})`,
  search: condition =>
    `len(list_filter(list_value(*COLUMNS(* EXCLUDE (_row))), lambda cell: ${condition("coalesce(cell, '')")})) > 0`,
  noLetter: '[^\\pL\\pN_]',
  program({ words, address, conditions, keys, columns }) {
    const chosen = columns.length > 0 ? ['_row', ...columns.map(sqlName)].join(', ') : '*'
    const order = [
      ...keys.map(({ key, descending }) => `${key}${descending ? ' DESC' : ''} NULLS LAST`),
      '_row::BIGINT'
    ]
    const where = conditions.length > 0 ? `WHERE ${conditions.join('\n  AND ')}\n` : ''
    const read = `read_csv('table.csv', header = true, delim = ',', quote = '"', escape = '"', all_varchar = true)`
    const query = `SELECT ${chosen}\nFROM ${read}\n${where}ORDER BY ${order.join(',\n  ')};\n`
    return `${comment('--', words)}-- curl -o table.csv '${address}'\n${used(query, SQL_FUNCTIONS)}${query}`
  }
}

// Python: pandas and polars

/** A text in quotation marks, as JSON, Python and R read it. @param {string} value */
const quoted = value => JSON.stringify(value).replaceAll('\x7f', '\\u007f')

/** @param {string} name */
const inBrackets = name => `t[${quoted(name)}]`

const NATURAL = `def natural(cell):
    return re.sub("[0-9]+", lambda run: f"0{len(run[0].lstrip('0')):06}{run[0].lstrip('0')}", cell)


`

/** @param {string} body */
const importsRe = body => (body.includes('natural') ? 'import re\n\n' : '')

/** @param {string} lens */
const pandasNumber = lens => {
  const comma = lens === 'comma' ? '.str.replace(",", ".")' : ''
  const plain = lens
    ? `    cells = cells.str.replace("−", "-").str.replace(${quoted(dropped(lens))}, "", regex=True)${comma}\n`
    : ''
  return `def ${reader('number', lens)}(cells):
${plain}    return pd.to_numeric(cells.where(cells.str.fullmatch(${quoted(NUMBER)})), errors="coerce").astype(float)


`
}

const PANDAS_FUNCTIONS = {
  is_blank: `def is_blank(cells):\n    return cells.str.strip().isin([${joined(BLANK, quoted)}])\n\n\n`,
  as_number: pandasNumber(''),
  as_number_point: pandasNumber('point'),
  as_number_comma: pandasNumber('comma'),
  as_date: `def as_date(cells):
    return pd.to_datetime(cells.where(cells.str.fullmatch(${quoted(DATE)})), format="ISO8601", utc=True, errors="coerce")


`,
  natural: NATURAL
}

/** @type {CodeDialect} */
const pandas = {
  text: quoted,
  list: values => `[${joined(values, quoted)}]`,
  column: inBrackets,
  is: (cells, value) => `(${cells} == ${quoted(value)})`,
  isIn: (cells, list) => `${cells}.isin(${list})`,
  not: condition => `~${condition}`,
  holds: (cells, value, end) =>
    end
      ? `${cells}.str.lower().str.${end}with(${quoted(value)})`
      : `${cells}.str.lower().str.contains(${quoted(value)}, regex=False)`,
  matches: (cells, pattern) => `${cells}.str.contains(${quoted(pattern)}, regex=True)`,
  compares: (read, sign, value, isDate) =>
    `(${read} ${sign} ${isDate ? call('pd.to_datetime', quoted(value), 'utc=True') : value})`,
  isBlank: cells => `is_blank(${cells})`,
  read: ({ cells, reading, lens }) => `${reader(reading, lens)}(${cells})`,
  natural: cells => `${cells}.map(natural)`,
  only: (cells, condition) => `${cells}.where(${condition})`,
  isUnread: (read, cells) => `${read}.isna() & ~is_blank(${cells})`,
  search: condition => `t.drop(columns="_row").apply(lambda cells: ${condition('cells')}).any(axis=1)`,
  noLetter: '\\W',
  program({ words, address, conditions, keys, columns }) {
    const lines = conditions.map(condition => `t = t[${condition}]\n`)
    if (keys.length > 0) {
      const order = keys.map((_, i) => i).join(', ')
      const ways = keys.map(({ descending }) => (descending ? 'False' : 'True')).join(', ')
      lines.push(`keys = pd.DataFrame({${keys.map(({ key }, i) => [i, key].join(': ')).join(', ')}})\n`)
      lines.push(`keys = keys.sort_values([${order}], ascending=[${ways}], kind="stable", na_position="last")\n`)
      lines.push('t = t.loc[keys.index]\n')
    }
    if (columns.length > 0) lines.push(`t = t[[${joined(['_row', ...columns], quoted)}]]\n`)
    const body = `t = pd.read_csv(${quoted(address)}, dtype=str, keep_default_na=False)\n${lines.join('')}`
    const functions = used(body, PANDAS_FUNCTIONS)
    return `${comment('#', words)}${importsRe(body)}import pandas as pd\n\n${functions && '\n'}${functions}${body}`
  }
}

/** @param {string} lens */
const polarsNumber = lens => {
  const comma = lens === 'comma' ? '.str.replace(",", ".", literal=True)' : ''
  const plain = lens
    ? `    cells = cells.str.replace_all("−", "-").str.replace_all(${quoted(dropped(lens))}, "")${comma}\n`
    : ''
  return `def ${reader('number', lens)}(cells):
${plain}    return only(cells, cells.str.contains(${quoted(WHOLE_NUMBER)})).cast(pl.Float64, strict=False)


`
}

const POLARS_FUNCTIONS = {
  only: `def only(cells, condition):
    return pl.select(pl.when(condition).then(cells)).to_series()


`,
  is_blank: `def is_blank(cells):\n    return cells.str.strip_chars().is_in([${joined(BLANK, quoted)}])\n\n\n`,
  as_number: polarsNumber(''),
  as_number_point: polarsNumber('point'),
  as_number_comma: polarsNumber('comma'),
  as_date: `def as_date(cells):
    dates = only(cells, cells.str.contains(${quoted(WHOLE_DATE)})).str.replace("^(.{7})$", "\${1}-01")
    return dates.map_elements(lambda cell: datetime.fromisoformat(cell).replace(tzinfo=UTC)
        if datetime.fromisoformat(cell).tzinfo is None else datetime.fromisoformat(cell).astimezone(UTC),
        return_dtype=pl.Datetime("us", "UTC"))


`,
  natural: NATURAL
}

/** @type {CodeDialect} */
const polars = {
  ...pandas,
  isIn: (cells, list) => `${cells}.is_in(${list})`,
  not: condition => `~${condition}`,
  holds: (cells, value, end) =>
    end
      ? `${cells}.str.to_lowercase().str.${end}_with(${quoted(value)})`
      : `${cells}.str.to_lowercase().str.contains(${quoted(value)}, literal=True)`,
  matches: (cells, pattern) => `${cells}.str.contains(${quoted(pattern)})`,
  compares: (read, sign, value, isDate) =>
    `(${read} ${sign} ${isDate ? call('as_date', call('pl.Series', pandas.list([value]))).concat('[0]') : value})`,
  natural: cells => `${cells}.map_elements(natural, return_dtype=pl.String)`,
  only: (cells, condition) => `only(${cells}, ${condition})`,
  isUnread: (read, cells) => `${read}.is_null() & ~is_blank(${cells})`,
  search: condition =>
    `pl.DataFrame([${condition('cells')} for cells in t.drop("_row")]).select(pl.any_horizontal(pl.all())).to_series()`,
  program({ words, address, conditions, keys, columns }) {
    const lines = conditions.map(condition => `t = t.filter(${condition})\n`)
    if (keys.length > 0) {
      const order = joined(
        keys.map((_, i) => String(i)),
        quoted
      )
      const ways = keys.map(({ descending }) => (descending ? 'True' : 'False')).join(', ')
      lines.push(
        `keys = pl.DataFrame({${keys.map(({ key }, i) => [quoted(String(i)), key].join(': ')).join(', ')}}).with_row_index("at")\n`
      )
      lines.push(`keys = keys.sort([${order}], descending=[${ways}], nulls_last=True, maintain_order=True)\n`)
      lines.push('t = t[keys["at"]]\n')
    }
    if (columns.length > 0) lines.push(`t = t[[${joined(['_row', ...columns], quoted)}]]\n`)
    const read = `pl.read_csv(urlopen(${quoted(address)}).read(), infer_schema=False).fill_null("")`
    const body = `t = ${read}\n${lines.join('')}`
    const readers = used(body, POLARS_FUNCTIONS)
    const functions =
      (readers.includes('only(') && !readers.startsWith('def only') ? POLARS_FUNCTIONS.only : '') + readers
    const dates = body.includes('as_date(') ? 'from datetime import UTC, datetime\n\n' : ''
    return `${comment('#', words)}${dates}${importsRe(body)}from urllib.request import urlopen\n\nimport polars as pl\n\n${functions && '\n'}${functions}${body}`
  }
}

// R

/** @param {string} lens */
const rNumber = lens => {
  const plain = `gsub(${quoted(dropped(lens))}, "", gsub("−", "-", cells), perl = TRUE)`
  const read = lens === 'comma' ? `sub(",", ".", ${plain}, fixed = TRUE)` : plain
  return `${reader('number', lens)} <- function(cells) {
${lens && '  cells <- '}${lens && read}${lens && '\n'}  as.numeric(ifelse(grepl(${quoted(WHOLE_NUMBER)}, cells), cells, NA))
}
`
}

const R_FUNCTIONS = {
  is_blank: `is_blank <- function(cells) trimws(cells) %in% c(${joined(BLANK, quoted)})\n`,
  as_number: rNumber(''),
  as_number_point: rNumber('point'),
  as_number_comma: rNumber('comma'),
  as_date: `as_date <- function(cells) {
  cells <- sub("^(.{7})$", "\\\\1-01", ifelse(grepl(${quoted(WHOLE_DATE)}, cells), cells, NA))
  zone <- sub(":", "", ifelse(grepl("[+-][0-9]{2}:?[0-9]{2}$", cells), sub("^.*([+-][0-9]{2}:?[0-9]{2})$", "\\\\1", cells), "+0000"))
  time <- sub("T", " ", sub("(Z|[+-][0-9]{2}:?[0-9]{2})$", "", ifelse(nchar(cells) > 10, cells, paste(cells, "00:00"))))
  time <- ifelse(nchar(time) == 16, paste0(time, ":00"), time)
  shift <- (as.numeric(substr(zone, 2, 3)) * 3600 + as.numeric(substr(zone, 4, 5)) * 60) * ifelse(startsWith(zone, "-"), -1, 1)
  as.numeric(as.POSIXct(time, tz = "UTC", format = "%Y-%m-%d %H:%M:%OS")) - shift
}
`,
  natural: `natural <- function(cells) {
  runs <- gregexpr("[0-9]+", cells)
  regmatches(cells, runs) <- lapply(regmatches(cells, runs), function(run) {
    digits <- sub("^0+", "", run)
    sprintf("0%06d%s", nchar(digits), digits)
  })
  cells
}
`
}

/** @type {CodeDialect} */
const r = {
  ...pandas,
  list: values => `c(${joined(values, quoted)})`,
  column: name => `t[[${quoted(name)}]]`,
  is: (cells, value) => `${cells} == ${quoted(value)}`,
  isIn: (cells, list) => `${cells} %in% ${list}`,
  not: condition => `!(${condition})`,
  holds: (cells, value, end) =>
    end
      ? `${end}With(tolower(${cells}), ${quoted(value)})`
      : `grepl(${quoted(value)}, tolower(${cells}), fixed = TRUE)`,
  matches: (cells, pattern) => `grepl(${quoted('(*UCP)'.concat(pattern))}, ${cells}, perl = TRUE)`,
  compares: (read, sign, value, isDate) => `which(${read} ${sign} ${isDate ? call('as_date', quoted(value)) : value})`,
  natural: cells => `natural(${cells})`,
  only: (cells, condition) => `ifelse(${condition}, ${cells}, NA)`,
  isUnread: (read, cells) => `is.na(${read}) & !is_blank(${cells})`,
  search: condition => `Reduce("|", lapply(t[-1], function(cells) ${condition('cells')}))`,
  program({ words, address, conditions, keys, columns }) {
    const lines = conditions.map(condition => `t <- t[${condition}, , drop = FALSE]\n`)
    if (keys.length > 0) {
      const ways = keys.map(({ descending }) => (descending ? 'TRUE' : 'FALSE')).join(', ')
      const by = keys.map(({ key }) => key).join(',\n  ')
      const how = `decreasing = c(${ways}), na.last = TRUE, method = "radix"`
      lines.push(`t <- t[order(\n  ${by},\n  ${how}\n), , drop = FALSE]\n`)
    }
    if (columns.length > 0) lines.push(`t <- t[, c(${joined(['_row', ...columns], quoted)})]\n`)
    const options = 'colClasses = "character", na.strings = character(), check.names = FALSE, encoding = "UTF-8"'
    const body = `t <- read.csv(${quoted(address)}, ${options})\n${lines.join('')}`
    return `${comment('#', words)}${used(body, R_FUNCTIONS)}${body}`
  }
}
