/** Converts the name of one of our parameters to the checkpoint's. */
export type Rename = (parameter: string) => string;

/** A name that only Hugging Face's own ResNets have, and the end of a convolution's and a normalisation's name. */
const EMBEDDER = 'resnet.embedder.embedder';
const UNITS = { conv: 'convolution', bn: 'normalization', '0': 'convolution', '1': 'normalization' } as const;

/**
 * Hugging Face transformers' names of a torchvision ResNet's parameters (`ResNetForImageClassification`,
 * modeling_resnet.py): `layer2.0.bn3.bias` is `resnet.encoder.stages.1.layers.0.layer.2.normalization.bias`. Other
 * names stay unchanged, so that strict matching reports them.
 */
export const huggingFace: Rename = (parameter) => {
  const stem = parameter.match(/^(conv|bn)1\.(\w+)$/);
  if (stem) return `${EMBEDDER}.${UNITS[stem[1] as 'conv' | 'bn']}.${stem[2]}`;
  const head = parameter.match(/^fc\.(\w+)$/);
  if (head) return `classifier.1.${head[1]}`;
  const block = parameter.match(/^layer([1-4])\.(\d+)\.(?:(conv|bn)([1-3])|downsample\.([01]))\.(\w+)$/);
  if (!block) return parameter;
  const [, stage, index, unit, position, projection, kind] = block;
  const place = unit === undefined ? 'shortcut' : `layer.${Number(position) - 1}`;
  const name = UNITS[(unit ?? projection) as keyof typeof UNITS];
  return `resnet.encoder.stages.${Number(stage) - 1}.layers.${index}.${place}.${name}.${kind}`;
};

/**
 * How a checkpoint with these tensors names our parameters; undefined where the names are the same. They are the same
 * for torchvision and akamaster, for timm, whose plain ResNets have torchvision's names, and for MLPerf Tiny, whose
 * network has Keras's names here too. Only names decide here; `matchCheckpoint` lists what does not fit.
 */
export function renameOf(tensors: ReadonlyMap<string, unknown>): Rename | undefined {
  return tensors.has(`${EMBEDDER}.convolution.weight`) ? huggingFace : undefined;
}
