import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** One file that a browser is given. */
export interface Asset {
  readonly type: string;
  readonly body: string;
}

const require = createRequire(import.meta.url);
/** Swagger UI comes with Nest's own package for OpenAPI. */
const requireOfSwagger = createRequire(require.resolve('@nestjs/swagger'));

const swagger = (file: string): string =>
  join(dirname(requireOfSwagger.resolve('swagger-ui-dist/package.json')), file);
const redoc = (file: string): string => join(dirname(require.resolve('redoc/package.json')), 'bundles', file);

const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';

const SWAGGER_START = `
window.addEventListener('load', () => {
  window.ui = SwaggerUIBundle({
    url: 'openapi.json',
    dom_id: '#swagger-ui',
    deepLinking: true,
    validatorUrl: null,
    presets: [SwaggerUIBundle.presets.apis],
  });
});
`;

const REDOC_START = `
window.addEventListener('load', () => {
  Redoc.init('openapi.json', { disableSearch: false, hideDownloadButton: false }, document.getElementById('redoc'));
});
`;

/** The one address outside in Redoc's bundle: a logo. Nobody who reads our documentation is shown to others. */
const OUTSIDE_LOGO = 'https://cdn.redoc.ly/redoc/logo-mini.svg';

const FILES: Readonly<Record<string, { readonly type: string; read(): Promise<string> }>> = {
  'docs/swagger-ui.css': { type: STYLE, read: () => readFile(swagger('swagger-ui.css'), 'utf8') },
  'docs/swagger-ui-bundle.js': {
    type: SCRIPT,
    read: () => readFile(swagger('swagger-ui-bundle.js'), 'utf8'),
  },
  'docs/start.js': { type: SCRIPT, read: () => Promise.resolve(SWAGGER_START) },
  'redoc/redoc.standalone.js': {
    type: SCRIPT,
    read: async () =>
      (await readFile(redoc('redoc.standalone.js'), 'utf8')).replaceAll(OUTSIDE_LOGO, 'data:,'),
  },
  'redoc/start.js': { type: SCRIPT, read: () => Promise.resolve(REDOC_START) },
};

const kept = new Map<string, Asset>();

/** A file of the two documentations; null where there is none of that name. Read once. */
export async function findAsset(name: string): Promise<Asset | null> {
  const known = kept.get(name);
  if (known) return known;
  const file = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  if (!file) return null;
  const asset = { type: file.type, body: await file.read() };
  kept.set(name, asset);
  return asset;
}

const page = (title: string, head: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
${head}
</head>
<body style="margin:0">
${body}
</body>
</html>
`;

/** Addresses are relative, so that a proxy may put a prefix before all of them. */
export const SWAGGER_PAGE = page(
  'Passerelle: Swagger UI',
  '<link rel="stylesheet" href="docs/swagger-ui.css">',
  '<div id="swagger-ui"></div>\n<script src="docs/swagger-ui-bundle.js"></script>\n<script src="docs/start.js"></script>',
);

export const REDOC_PAGE = page(
  'Passerelle: Redoc',
  '',
  '<div id="redoc"></div>\n<script src="redoc/redoc.standalone.js"></script>\n<script src="redoc/start.js"></script>',
);

/** Everything from here. Both draw with inline styles; Redoc searches in a worker that it makes itself. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "worker-src 'self' blob:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "object-src 'none'",
].join('; ');
