/** Make static/vendor/sha256.js from the package that package.json names: `npm run vendor`. */

import { readFileSync, writeFileSync } from 'node:fs'

import { buildSync } from 'esbuild'

const root = new URL('../', import.meta.url)
const { devDependencies } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))

/** Bundle the part of the library that SHA-256 needs into one small module. */
export function bundle() {
  const built = buildSync({
    stdin: { contents: "export { SHA256 } from '@stablelib/sha256'", resolveDir: root.pathname },
    bundle: true,
    minify: true,
    mangleProps: /^_/, // members that nobody else uses
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    banner: {
      js: `/*! @stablelib/sha256 ${devDependencies['@stablelib/sha256']}, (c) Dmitry Chestnykh, MIT licence */`
    },
    write: false
  })
  return built.outputFiles[0].text
}

if (import.meta.url === `file://${process.argv[1]}`) writeFileSync(new URL('static/vendor/sha256.js', root), bundle())
