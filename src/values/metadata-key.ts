import { MeshError } from '../errors';

/** A key of gRPC metadata, refused if no call could carry it. */
export function metadataKey(key: string, where: string): string {
  if (/^[a-z0-9][a-z0-9_.-]*$/.test(key) && !key.startsWith('grpc-')) return key;
  throw new MeshError({
    code: 'InvalidHeader',
    where,
    what: `'${key}' is not a metadata key.`,
    why: 'Keys of gRPC metadata are lower-case letters, digits, dashes, dots and underscores, and grpc- is not for applications.',
    fix: "'x-user-id'",
  });
}
