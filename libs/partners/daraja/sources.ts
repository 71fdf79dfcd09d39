import { BlockList, isIP } from 'node:net';

/** Safaricom's gateways. Source: Getting Started page of the portal and the lists of its SDKs, read 2026-10. */
export const SAFARICOM_SOURCES: readonly string[] = [
  ...['196.201.214.200', '196.201.214.206', '196.201.214.207', '196.201.214.208'],
  ...['196.201.213.114', '196.201.213.44'],
  ...['196.201.212.127', '196.201.212.128', '196.201.212.129', '196.201.212.132', '196.201.212.136'],
  ...['196.201.212.138', '196.201.212.74', '196.201.212.69'],
];

interface Range {
  readonly address: string;
  readonly bits: number;
  readonly family: 'ipv4' | 'ipv6';
}

function rangeOf(text: string): Range | null {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  const width = version === 4 ? 32 : 128;
  if (version === 0 || rest.length > 0) return null;
  if (bits !== undefined && (!/^\d{1,3}$/.test(bits) || Number(bits) > width)) return null;
  return {
    address,
    bits: bits === undefined ? width : Number(bits),
    family: version === 4 ? 'ipv4' : 'ipv6',
  };
}

/** "196.201.214.200", "196.201.214.0/24" */
export const isRange = (text: string): boolean => rangeOf(text) !== null;

/** Says whether an address is in one of the ranges. */
export function sourceFilter(ranges: readonly string[]): (source: string) => boolean {
  const list = new BlockList();
  for (const text of ranges) {
    const range = rangeOf(text);
    if (range) list.addSubnet(range.address, range.bits, range.family);
  }
  return (source) => {
    const address = source.replace(/^::ffff:(?=\d+\.)/i, '');
    const version = isIP(address);
    return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6');
  };
}
