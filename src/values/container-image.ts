import { MeshError } from '../errors';
import { LABEL_VALUE } from './labels';

/**
 * The version of an image, as a label: what was given, its tag, or the first digits of its digest.
 *
 * `ghcr.io:443/acme/order:2.3.1@sha256:0123...` has the version 2.3.1.
 */
export function imageVersion(image: string, given: string | undefined, where: string): string {
  const [reference, digest] = image.split('@');
  const tag = /:([^/:]+)$/.exec(reference)?.[1];
  const version = given ?? tag ?? digest?.split(':')[1]?.slice(0, 12) ?? 'latest';
  if (reference !== '' && LABEL_VALUE.test(version)) return version;
  throw new MeshError({
    code: 'InvalidImage',
    where,
    what:
      given === undefined
        ? `'${image}' is not an image with a tag or digest that can be a label.`
        : `the version '${given}' of the image '${image}' cannot be a label.`,
    why: 'The version, by default the tag, becomes the label `version`: at most 63 letters, digits, dashes, dots and underscores.',
    fix: "Workload.image('ghcr.io/acme/order:2.3.1', { version: '2.3.1' })",
  });
}
