import type { DataSetModule, DataSetRow, FoundImages, ImageRequest } from './dataset.ts';

/** Obtains the images of a data set by its `ID.node.ts`. Throws as that does. */
export async function obtainImages({ id }: DataSetRow, request: ImageRequest): Promise<FoundImages> {
  const module = (await import(`./${id}.node.ts`)) as DataSetModule;
  return module.obtainImages(request);
}
