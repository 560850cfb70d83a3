import { writeShapeFiles } from '../reference/datasets/shapes/files.node.ts';
import { SHAPES10 } from '../reference/datasets/shapes10.ts';

/**
 * `node --import tsx scripts/shape-files.ts FOLDER [COUNT]` writes the rendered test images as JPEG and PNG files of odd
 * sizes, in a folder for each class: all of them, or the first COUNT.
 */
const [folder, count = `${SHAPES10.images}`] = process.argv.slice(2);
if (folder === undefined || !/^[1-9]\d{0,5}$/.test(count)) {
  console.error('error: say where, and how many: node --import tsx scripts/shape-files.ts FOLDER [COUNT]');
  process.exit(2);
}
await writeShapeFiles(folder, Number(count));
