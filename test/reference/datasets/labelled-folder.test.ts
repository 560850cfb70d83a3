import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { labelFolder } from '../../../reference/datasets/labelled-folder.node.ts';
import { listImages } from '../../../reference/datasets/list-images.node.ts';

let folder: string;
const at = (...parts: string[]) => join(folder, ...parts);
const put = (...names: string[]) => {
  for (const name of names) {
    mkdirSync(dirname(at(name)), { recursive: true });
    writeFileSync(at(name), name);
  }
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resnet images ü '));
});
afterEach(() => rmSync(folder, { recursive: true }));

const head = (classes: number, names?: readonly string[]) => ({ model: 'net', classes, names });
const label = (classes: number, labels?: string) => labelFolder({ folder: at('set'), labels }, head(classes));

describe('images of a folder', () => {
  it("are listed in the order of torchvision's ImageFolder, with spaces and other letters", async () => {
    put('set/b/2.JPEG', 'set/b/10.jpg', 'set/a b/ü.png', 'set/b/c/1.webp', 'set/Z/x.jpeg', 'set/b/note.txt');
    const { images, folders, skipped } = await listImages(at('set'));
    expect(images).toEqual(['Z/x.jpeg', 'a b/ü.png', 'b/10.jpg', 'b/2.JPEG', 'b/c/1.webp']);
    expect([folders, skipped]).toEqual([['Z', 'a b', 'b'], []]);
  });

  it('leave out links that lead away, what is no file, what is not decoded, and clutter', async () => {
    put(
      'set/a/1.png',
      'set/a/2.bmp',
      'set/.git/3.png',
      'set/a/._4.png',
      'set/__MACOSX/5.png',
      'away/6.png',
      'set/b/7.png',
    );
    symlinkSync(at('away/6.png'), at('set/a/out.png'));
    symlinkSync(at('away'), at('set/c'));
    symlinkSync('../a/1.png', at('set/b/in.png'));
    symlinkSync('../b', at('set/a/sub'));
    symlinkSync('nowhere', at('set/a/gone.png'));
    symlinkSync('loop.png', at('set/a/loop.png'));
    mkdirSync(at('set/a/folder.png'));
    execFileSync('mkfifo', [at('set/a/pipe.png')]);
    const { images, folders, skipped } = await listImages(at('set'));
    expect(images).toEqual(['a/1.png', 'b/7.png', 'b/in.png']);
    expect(folders).toEqual(['a', 'b']);
    expect(skipped).toEqual([
      { name: 'a/2.bmp', reason: 'only JPEG, PNG and WebP are decoded' },
      { name: 'a/gone.png', reason: 'a link that leads nowhere (ENOENT)' },
      { name: 'a/loop.png', reason: 'a link that leads nowhere (ELOOP)' },
      { name: 'a/out.png', reason: 'a link out of the folder is not followed' },
      { name: 'a/pipe.png', reason: 'it is no file' },
      { name: 'a/sub', reason: 'a link to a folder is not followed' },
      { name: 'c', reason: 'a link out of the folder is not followed' },
    ]);
  });

  it('have the classes of their folders; an empty one keeps its number', async () => {
    put('set/a/1.png', 'set/c/2.png', 'set/stray.png');
    mkdirSync(at('set/b'));
    const { images, notes, skipped } = await label(3);
    expect(images).toEqual([
      { name: 'a/1.png', label: 0 },
      { name: 'c/2.png', label: 2 },
    ]);
    expect(notes).toEqual(["the class folder 'b' has no images"]);
    expect(skipped).toEqual([{ name: 'stray.png', reason: 'it is in no class folder' }]);
    await expect(label(2)).rejects.toThrow('net has 2 classes, and there are 3 labels');
  });

  it("of a part of ImageNet's classes have their numbers among all", async () => {
    put('set/n03888257/1.png', 'set/n01440764/2.png');
    expect((await label(1000)).images).toEqual([
      { name: 'n01440764/2.png', label: 0 },
      { name: 'n03888257/1.png', label: 701 },
    ]);
  });

  it('have the classes of a labels file, by path, name, or name without ending', async () => {
    put('set/x/1.png', 'set/2.png', 'set/3.png', 'set/4.png', 'set/5.png', 'set/6.png');
    writeFileSync(at('labels.csv'), 'x/1.png,2\n2,1\n3.png,9\n4.png,0\n4.png,1\n7.png,1\n5,0');
    const { images, skipped } = await label(3, at('labels.csv'));
    expect(images).toEqual([
      { name: '2.png', label: 1 },
      { name: '5.png', label: 0 },
      { name: 'x/1.png', label: 2 },
    ]);
    expect(skipped).toEqual([
      { name: '3.png', reason: "label '9' is out of range: the classes of net are 0 to 2" },
      { name: '4.png', reason: "it has two labels, '0' and '1'" },
      { name: '6.png', reason: 'it has no label' },
      { name: '7.png', reason: 'there is no such image' },
    ]);
  });

  it("have several right classes in a list, as ReaL's, in the order of names whatever their folders", async () => {
    put('set/z/1.png', 'set/a/2.png', 'set/a/3.png');
    writeFileSync(at('real.json'), '[[2, 0], [], [1]]');
    const { images, skipped } = await label(3, at('real.json'));
    expect(images).toEqual([
      { name: 'a/3.png', label: 1 },
      { name: 'z/1.png', label: 2, also: [0] },
    ]);
    expect(skipped).toEqual([{ name: 'a/2.png', reason: 'no label is right for it' }]);
    writeFileSync(at('real.json'), '[[2], [1]]');
    await expect(label(3, at('real.json'))).rejects.toThrow('real.json has labels of 2 images, and the folder has 3');
  });

  it('are refused where there are none, no labels, or parts of a set instead of classes', async () => {
    await expect(label(3)).rejects.toThrow(/no folder .*set \(ENOENT\)/);
    mkdirSync(at('set'));
    await expect(label(3)).rejects.toThrow('set has no images: JPEG, PNG and WebP files are read');
    put('set/1.png');
    await expect(label(3)).rejects.toThrow("give the images' labels with --labels FILE");
    writeFileSync(at('labels.txt'), 'other.png 1');
    await expect(label(3, at('labels.txt'))).rejects.toThrow('labels.txt names none of the 1 images');
    await expect(label(3, at('none.txt'))).rejects.toThrow(/no labels file .*none.txt/);
    writeFileSync(at('labels.txt'), '1.png 3\n');
    await expect(label(2, at('labels.txt'))).rejects.toThrow(/no image in .* has a class of net: '1.png': label '3'/);
    rmSync(at('set/1.png'));
    put('set/train/a/1.png', 'set/val/a/2.png');
    await expect(label(1)).rejects.toThrow(/is divided into train, val: give one of them, such as .*set\/train/);
  });
});
