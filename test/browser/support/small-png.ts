import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const PALETTE_MAX = 256;

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Three bytes each, row by row. */
  readonly rgb: Buffer;
}

/**
 * The same picture with at most 256 colours, which is about half the bytes: of colours that are nearly
 * the same the most frequent stays, so large areas keep exactly theirs. Takes what Chromium writes: eight
 * bits a channel, not interlaced.
 */
export function smallPng(png: Buffer): Buffer {
  const { width, height, rgb } = read(png);
  const { palette, places } = reduce(rgb);
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y += 1) {
    places.copy(rows, y * (width + 1) + 1, y * width, (y + 1) * width);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // Eight bits a pixel, each a place in the palette.
  head.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

function read(png: Buffer): Pixels {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const [bits, kind, , , interlaced] = png.subarray(24, 29);
  const channels = kind === 6 ? 4 : 3;
  if (bits !== 8 || (kind !== 2 && kind !== 6) || interlaced !== 0) {
    throw new Error('this is no picture as Chromium writes them');
  }
  const parts: Buffer[] = [];
  for (let at = SIGNATURE.length; at < png.length;) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') {
      parts.push(png.subarray(at + 8, at + 8 + length));
    }
    at += length + 12;
  }
  const bytes = unfilter(inflateSync(Buffer.concat(parts)), width * channels, channels);
  const rgb = Buffer.alloc(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    bytes.copy(rgb, pixel * 3, pixel * channels, pixel * channels + 3);
  }
  return { width, height, rgb };
}

/** Undoes what each row says was done to it; see the PNG specification, section 9. */
function unfilter(filtered: Buffer, rowBytes: number, step: number): Buffer {
  const rows = filtered.length / (rowBytes + 1);
  const bytes = Buffer.alloc(rows * rowBytes);
  for (let row = 0; row < rows; row += 1) {
    const filter = filtered[row * (rowBytes + 1)] ?? 0;
    for (let at = 0; at < rowBytes; at += 1) {
      const here = row * rowBytes + at;
      const left = at < step ? 0 : (bytes[here - step] ?? 0);
      const above = row === 0 ? 0 : (bytes[here - rowBytes] ?? 0);
      const corner = row === 0 || at < step ? 0 : (bytes[here - rowBytes - step] ?? 0);
      const guess = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter] ?? 0;
      bytes[here] = ((filtered[row * (rowBytes + 1) + 1 + at] ?? 0) + guess) & 0xff;
    }
  }
  return bytes;
}

function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner;
  const toLeft = Math.abs(guess - left);
  const toAbove = Math.abs(guess - above);
  const toCorner = Math.abs(guess - corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

/** Drops low bits until there are few enough colours. */
function reduce(rgb: Buffer): { palette: Buffer; places: Buffer } {
  const counts = new Map<number, number>();
  for (let at = 0; at < rgb.length; at += 3) {
    const colour = rgb.readUIntBE(at, 3);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const frequent = [...counts].toSorted(([, one], [, other]) => other - one);
  for (let dropped = 0; ; dropped += 1) {
    const mask = ((0xff << dropped) & 0xff) * 0x010101;
    const places = new Map<number, number>();
    const kept: number[] = [];
    for (const [colour] of frequent) {
      if (places.has(colour & mask)) continue;
      places.set(colour & mask, kept.length);
      kept.push(colour);
    }
    if (kept.length > PALETTE_MAX) continue;
    const placed = Buffer.alloc(rgb.length / 3);
    for (let pixel = 0; pixel < placed.length; pixel += 1) {
      placed[pixel] = places.get(rgb.readUIntBE(pixel * 3, 3) & mask) ?? 0;
    }
    const palette = Buffer.alloc(kept.length * 3);
    kept.forEach((colour, place) => palette.writeUIntBE(colour, place * 3, 3));
    return { palette, places: placed };
  }
}
