/** A tar header (POSIX ustar) with its checksum; `size` is octal. */
export function tarHeader(name: string, size: string): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0, 'latin1');
  block.write(size, 124, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  // The checksum is taken as if its own field held spaces.
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** A tar entry: its header, and its content in whole blocks. */
export function tarEntry(name: string, content: Uint8Array): Buffer {
  const blocks = Buffer.alloc(512 * Math.ceil(content.length / 512));
  blocks.set(content);
  return Buffer.concat([tarHeader(name, `${content.length.toString(8).padStart(11, '0')}\0`), blocks]);
}
