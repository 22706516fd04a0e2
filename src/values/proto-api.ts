import { didYouMean, MeshError } from '../errors';
import { GrpcApi } from './grpc-api';
import type { ReadService } from './proto-reader';

/** How to read `.proto` files. */
export interface ProtoFileOptions {
  /**
   * Folders in which imports are looked up, as `protoc -I`.
   *
   * @default - the folder of the file; Google's well-known types and `google/api/annotations.proto` are always found
   */
  readonly includePaths?: string[];
}

/**
 * A set of parsed `.proto` files: from here come the names, streaming kinds and idempotency levels of RPCs.
 *
 * Files are read at once; a mistake in them is an error with file and line.
 *
 * Refused: `MissingFile`, `ProtoSyntax`, `UnresolvedImport`, `UnresolvedType`, and by single verbs what stands there.
 *
 * @see https://protobuf.dev/programming-guides/proto3/#services
 */
export class ProtoApi {
  /**
   * Reads one `.proto` file and everything it imports. proto2, proto3 and editions.
   *
   * @param path relative to the working directory
   * @param options where imports are looked up. Left out: beside the file
   */
  public static fromFile(path: string, options: ProtoFileOptions = {}): ProtoApi {
    return ProtoApi.fromFiles([path], options);
  }

  /**
   * Reads several `.proto` files and everything they import.
   *
   * Refused: `NoFiles`.
   *
   * @param paths relative to the working directory, at least one
   * @param options where imports are looked up. Left out: beside each file
   */
  public static fromFiles(paths: string[], options: ProtoFileOptions = {}): ProtoApi {
    if (paths.length === 0) throw noFiles();
    return new ProtoApi(paths.join(', '), reader().readProtoFiles(paths, options.includePaths ?? []));
  }

  /**
   * Reads every `.proto` file below a folder, which is also the place where imports are looked up first.
   *
   * Refused: `NoFiles`.
   *
   * @param folder relative to the working directory
   * @param options where imports are looked up besides. Left out: nowhere else
   */
  public static fromFolder(folder: string, options: ProtoFileOptions = {}): ProtoApi {
    return ProtoApi.fromFiles(reader().protoFilesBelow(folder), {
      includePaths: [folder, ...(options.includePaths ?? [])],
    });
  }

  /**
   * Reads a FileDescriptorSet, as `protoc --include_imports --descriptor_set_out` and `buf build -o x.binpb` write it.
   *
   * Refused: `InvalidDescriptorSet`.
   *
   * @param path relative to the working directory
   */
  public static fromDescriptorSet(path: string): ProtoApi {
    return new ProtoApi(path, reader().readDescriptorSet(path));
  }

  private readonly services = new Map<string, ReadService>();

  private constructor(
    private readonly source: string,
    services: ReadService[],
  ) {
    for (const service of services) this.services.set(service.fullName, service);
  }

  /** Full names of the services that can be served: those with at least one method. */
  public get serviceNames(): string[] {
    return [...this.services.keys()];
  }

  /**
   * One service by its full name.
   *
   * Refused: `UnknownService`.
   *
   * @param fullName package and name, `coffee.v1.Payment`
   */
  public service(fullName: string): GrpcApi {
    const found = this.services.get(fullName);
    if (found) return GrpcApi.of(found.fullName, found.methods);
    const names = this.serviceNames;
    const close = didYouMean(fullName, names);
    throw new MeshError({
      code: 'UnknownService',
      where: this.source,
      what: `there is no service '${fullName}'.`,
      why:
        names.length === 0
          ? 'The files declare no service that has methods.'
          : `Its services are: ${names.join(', ')}.${close}`,
      fix: `.service('${/'(.*)'/.exec(close)?.[1] ?? names[0] ?? 'coffee.v1.Payment'}')`,
    });
  }
}

function noFiles(): MeshError {
  return new MeshError({
    code: 'NoFiles',
    where: 'ProtoApi.fromFiles',
    what: 'the list of files is empty.',
    why: 'It declares no service; a pattern that matches no file looks the same.',
    fix: "ProtoApi.fromFiles(['protos/coffee/v1/coffee.proto'])",
  });
}

// On first use: importing this library must not cost a user who has no .proto files the loading of a parser.
function reader(): typeof import('./proto-reader') {
  return require('./proto-reader');
}
