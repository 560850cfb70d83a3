import type { DataSetModule } from './dataset.ts';
import { IMAGENET_V2, IMAGENET_V2_FILES } from './imagenet-v2.ts';
import { obtainUnpacked } from './unpacked-set.node.ts';

export const obtainImages: DataSetModule['obtainImages'] = (request) =>
  obtainUnpacked(IMAGENET_V2, IMAGENET_V2_FILES, request);
