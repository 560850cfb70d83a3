import type { DataSetModule } from './dataset.ts';
import { IMAGENETTE, IMAGENETTE_FILES } from './imagenette.ts';
import { obtainUnpacked } from './unpacked-set.node.ts';

export const obtainImages: DataSetModule['obtainImages'] = (request) =>
  obtainUnpacked(IMAGENETTE, IMAGENETTE_FILES, request);
