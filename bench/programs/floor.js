// The least that any reader of YAML does: one parse of the text.
const { readFileSync } = require('node:fs');
const { loadAll } = require('js-yaml');

loadAll(readFileSync(process.argv[2], 'utf8'));
