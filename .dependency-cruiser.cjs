/** Who may import whom: the table of docs/architecture.md, held by the machine. */
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  comment: `${from} may import only: ${allowed.join(', ') || 'nothing of ours'}`,
  from: { path: `^${from}/`, pathNot: '\\.spec\\.ts$' },
  to: { path: '^(apps|libs|test|scripts)/', pathNot: [from, ...allowed].map((path) => `^${path}/`) },
});

const gatewayApps = ['libs/gateway', 'libs/platform', 'libs/partner-kit', 'libs/partners', 'libs/domain'];

module.exports = {
  forbidden: [
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependency-in-product',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['\\.spec\\.ts$', '^libs/partner-kit/testing/'] },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'libraries-through-their-door',
      severity: 'error',
      comment: 'A library is imported by its #name; only its own files use relative paths.',
      from: { path: '^(apps|libs|test|scripts)/([^/]+)/' },
      to: {
        path: '^libs/[^/]+/',
        pathNot: ['^libs/$2/', '^libs/[^/]+/index\\.ts$', '^libs/partner-kit/testing/index\\.ts$'],
      },
    },
    only('domain-imports-nothing', 'libs/domain', []),
    {
      name: 'domain-is-plain',
      severity: 'error',
      from: { path: '^libs/domain/' },
      to: { path: 'node_modules/(@nestjs|typeorm|pg)/' },
    },
    only('partner-kit-imports', 'libs/partner-kit', ['libs/domain']),
    only('partners-import', 'libs/partners', ['libs/partner-kit', 'libs/domain']),
    {
      name: 'partners-know-no-other-partner',
      severity: 'error',
      from: { path: '^libs/partners/([^/]+)/' },
      to: { path: '^libs/partners/[^/]+/', pathNot: ['^libs/partners/$1/', '^libs/partners/fspiop/'] },
    },
    {
      name: 'one-vocabulary-for-mojaloop',
      severity: 'error',
      comment: 'libs/partners/fspiop is no partner: it holds the words that both Mojaloop adapters speak.',
      from: { path: '^libs/partners/', pathNot: '^libs/partners/(fspiop|mojaloop|mojaloop-fspiop)/' },
      to: { path: '^libs/partners/fspiop/' },
    },
    only('platform-imports', 'libs/platform', ['libs/domain']),
    only('gateway-imports', 'libs/gateway', ['libs/platform', 'libs/partner-kit', 'libs/domain']),
    only('api-imports', 'apps/api', gatewayApps),
    only('worker-imports', 'apps/worker', gatewayApps),
    only('sandbox-imports', 'apps/sandbox', []),
    only('standalone-imports', 'apps/standalone', ['apps/api', 'apps/worker', 'apps/sandbox']),
    {
      name: 'partners-are-named-in-one-place',
      severity: 'error',
      comment: 'Only apps/*/src/partners.ts knows the list of adapters.',
      from: { path: '^(apps|libs)/', pathNot: ['^apps/[^/]+/src/partners\\.ts$', '^libs/partners/'] },
      to: { path: '^libs/partners/' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    // Or every import of a library would lead into dist, which is left out, and no rule about libraries would ever bite.
    webpackConfig: { fileName: './.dependency-cruiser.resolve.cjs' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
