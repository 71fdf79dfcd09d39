import { formatShillings } from './cents.js';
import { type Body, matching, oneOf, requireFields, text, wholeShillings } from './fields.js';
import { type Gate } from './gate.js';
import { modulesToPng } from './png.js';
import { qrModules } from './qr-code.js';

const kinds = ['BG', 'WA', 'PB', 'SM', 'SB'] as const;
const defaultPixels = '300';

/** Dynamic QR: a picture to scan. Whoever pays it shows up as an ordinary customer payment. */
export function mountQr(gate: Gate): void {
  gate.post('/mpesa/qrcode/v1/generate', 'stk', (body) => ({
    ResponseCode: '00',
    ResponseDescription: 'The service request is processed successfully.',
    QRCode: draw(body),
  }));
}

function draw(body: Body): string {
  requireFields(body, ['MerchantName', 'RefNo', 'Amount', 'TrxCode', 'CPI']);
  const content = [
    text(body, 'MerchantName', 1, 40),
    text(body, 'RefNo', 1, 20),
    formatShillings(wholeShillings(body, 'Amount', 250_000n)),
    oneOf(body, 'TrxCode', kinds),
    matching(body, 'CPI', /^\d{5,12}$/),
  ].join('|');
  const pixels = matching({ Size: defaultPixels, ...body }, 'Size', /^\d{2,4}$/);
  return modulesToPng(qrModules(content), Math.min(Number(pixels), 1_000)).toString('base64');
}
