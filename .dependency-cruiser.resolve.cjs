const { resolve } = require('node:path');
const { imports } = require('./package.json');

/** "#domain" in the compiled world is ./dist/libs/domain/index.js; the table is about its source. */
const sourceOf = (compiled) => resolve(__dirname, compiled.replace('./dist/', './').replace(/\.js$/, '.ts'));

module.exports = {
  resolve: {
    alias: Object.fromEntries(
      Object.entries(imports).map(([name, compiled]) => [`${name}$`, sourceOf(compiled)]),
    ),
  },
};
