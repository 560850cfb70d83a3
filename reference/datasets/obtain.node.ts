import type { DataSetModule, DataSetRow, FoundImages } from './dataset.ts';

/** The images of a data set, as its `ID.node.ts` finds them. Throws as that does. */
export async function obtainImages({ id }: DataSetRow, log: (line: string) => void): Promise<FoundImages> {
  const module = (await import(`./${id}.node.ts`)) as DataSetModule;
  return module.obtainImages({ log });
}
