/**
 * Where the ImageNet weights of each encoder are published: repositories of the Hugging Face hub that hold a `model.safetensors`. What
 * `encoderWeights: imagenet` starts from is decided here and nowhere else.
 */
import { FtuError, nearestName } from '@ftuseg/core';

export interface PublishedWeights {
  /** `owner/name`. */
  readonly id: string;
  /** A branch, or the commit that is meant where one is known. */
  readonly revision: string;
}

/** Commits that segmentation_models.pytorch pins for its encoders' `imagenet` (`encoders/*.py`, read 2026-08-14). */
const smpRevisions = {
  'timm-efficientnet-b0': '8419e9cc19da0b68dcd7bb12f19b7c92407ad7c4',
  'timm-efficientnet-b1': '63bdd65ef6596ef24f1cadc7dd4f46b624442349',
  'timm-efficientnet-b2': 'e693adb39d3cb3847e71e3700a0c2aa58072cff1',
  'timm-efficientnet-b3': '1666b835b5151d6bb2067c7cd67e67ada6c39edf',
  'timm-efficientnet-b4': '07868c28ab308f4de4cf1e7ec54b33b8b002ccdb',
  'timm-efficientnet-b5': '004153b4ddd93d30afd9bbf34329d7f57396d413',
  'timm-efficientnet-b6': 'dbbf28a5c33f021486db4070de693caad6b56c3d',
  'timm-efficientnet-b7': '8ef7ffccf54dad9baceb21d05b7ef86b6b70f4cc',
  'timm-tf_efficientnet_lite0': 'f5729249af07e5d923fb8b16922256ce2865d108',
  'timm-tf_efficientnet_lite1': '7b5e3f8dbb0c13b74101773584bba7523721be72',
  'timm-tf_efficientnet_lite2': 'cc5f6cd4c7409ebacc13292f09d369ae88547f6a',
  'timm-tf_efficientnet_lite3': 'ab29c8402991591d66f813bbb1f061565d9b0cd0',
  'timm-tf_efficientnet_lite4': '91a822e0f03c255b34dfb7846d3858397e50ba39',
  resnet18: '3f2325ff978283d47aa6a1d6878ca20565622683',
  resnet34: '7a57b34f723329ff020b3f8bc41771163c519d0c',
  resnet50: '00cb74e366966d59cd9a35af57e618af9f88efe9',
  se_resnext50_32x4d: '73246406d879a2b0e3fdfe6fddd56347d38f38ae',
  se_resnext101_32x4d: '18808a4276f46421d358a9de554e0b93c2795df4',
  mit_b0: '9ce53d104d92d75aabb00aae70677aaab67e7c84',
  mit_b2: '868ab6f13871dcf8c3d9f90ee4519403475b65ef',
} as const;

/**
 * Weights of timm under the tags of its `default_cfgs` (`timm/models/efficientnet.py`, `convnext.py`). `aa` is AutoAugment, which Keras' packages publish
 * for B0 to B7 too; timm's own default of these is another, Noisy Student.
 */
const timmTags = {
  'tu-tf_efficientnet_b0': 'aa_in1k',
  'tu-tf_efficientnet_b1': 'aa_in1k',
  'tu-tf_efficientnet_b2': 'aa_in1k',
  'tu-tf_efficientnet_b3': 'aa_in1k',
  'tu-tf_efficientnet_b4': 'aa_in1k',
  'tu-tf_efficientnet_b5': 'aa_in1k',
  'tu-tf_efficientnet_b6': 'aa_in1k',
  'tu-tf_efficientnet_b7': 'aa_in1k',
  'tu-tf_efficientnet_lite0': 'in1k',
  'tu-tf_efficientnet_lite1': 'in1k',
  'tu-tf_efficientnet_lite2': 'in1k',
  'tu-tf_efficientnet_lite3': 'in1k',
  'tu-tf_efficientnet_lite4': 'in1k',
  'tu-tf_efficientnetv2_b0': 'in1k',
  'tu-tf_efficientnetv2_b1': 'in1k',
  'tu-tf_efficientnetv2_b2': 'in1k',
  'tu-tf_efficientnetv2_b3': 'in1k',
  'tu-tf_efficientnetv2_s': 'in21k_ft_in1k',
  'tu-test_efficientnet': 'r160_in1k',
  'tu-convnext_tiny': 'in12k_ft_in1k',
} as const;

/** `undefined` as a value says that nobody published weights of the encoder; an encoder that is not here at all is forgotten. */
const published: ReadonlyMap<string, PublishedWeights | undefined> = new Map([
  ...Object.entries(smpRevisions).map(([encoder, revision]): [string, PublishedWeights] => [
    encoder,
    { id: `smp-hub/${encoder}.imagenet`, revision },
  ]),
  ...Object.entries(timmTags).map(([encoder, tag]): [string, PublishedWeights] => [
    encoder,
    { id: `timm/${encoder.slice('tu-'.length)}.${tag}`, revision: 'main' },
  ]),
]);

/**
 * The ImageNet weights of an encoder; undefined where none are published.
 *
 * @throws FtuError 'unsupported' for a name that this list does not know
 * @example
 * publishedWeights('tu-tf_efficientnet_b0')?.id; // 'timm/tf_efficientnet_b0.aa_in1k'
 */
export function publishedWeights(encoder: string): PublishedWeights | undefined {
  if (published.has(encoder)) return published.get(encoder);
  const known = [...published.keys()];
  throw new FtuError('unsupported', `nothing is known of published weights of an encoder "${encoder}"`, {
    subject: 'encoder',
    hint: `did you mean "${nearestName(encoder, known)}"?`,
  });
}
