import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { common, type INamespace, parse, Root, type Service } from 'protobufjs';
import 'protobufjs/ext/descriptor';
import { MeshError } from '../errors';
import { type GrpcMethodProps, Idempotency, Streaming } from './grpc-method';

// protobufjs ships descriptor.proto and google/api/annotations.proto as files; the well-known messages are built in.
const BUNDLED = dirname(require.resolve('protobufjs/package.json'));

// As the parser ends its messages: ` (line 5)`.
const POSITION = /\s*\([^()]*line (\d+)\)$/;

const STRING_OR_COMMENT = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\*[\s\S]*?\*\/|\/\/.*/g;

/** A service as a file declares it. */
export interface ReadService {
  readonly fullName: string;
  readonly methods: GrpcMethodProps[];
}

/** All services in these files and in what they import. */
export function readProtoFiles(paths: string[], includePaths: string[]): ReadService[] {
  const source = new ProtoSource(paths, includePaths);
  for (const path of paths) source.read(path);
  return servicesIn(source.resolved());
}

/** Every `.proto` file below a folder, in an order that does not depend on the file system. */
export function protoFilesBelow(folder: string): string[] {
  if (!existsSync(folder)) throw missing(folder, 'ProtoApi.fromFolder', 'ENOENT');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.proto'))
    .sort()
    .map((name) => join(folder, name));
}

/** All services in a serialized FileDescriptorSet. */
export function readDescriptorSet(path: string): ReadService[] {
  const bytes = readBytes(path, 'ProtoApi.fromDescriptorSet');
  try {
    const root = (Root as typeof Root & { fromDescriptor(set: Uint8Array): Root }).fromDescriptor(bytes);
    if (root.files.length === 0) throw new Error('it holds no files');
    return servicesIn(root);
  } catch (error) {
    throw new MeshError({
      code: 'InvalidDescriptorSet',
      where: path,
      what: `this is not a complete FileDescriptorSet: ${messageOf(error)}.`,
      why: 'Without the imported files in it, types cannot be resolved.',
      fix: `protoc --include_imports --descriptor_set_out=${path} ...`,
    });
  }
}

/** The files of one `ProtoApi`, each parsed once, imports looked up as protoc does. */
class ProtoSource {
  private readonly root = new Root();
  private readonly seen = new Set<string>();
  private readonly texts = new Map<string, string>();
  private readonly folders: string[];

  public constructor(paths: string[], includePaths: string[]) {
    this.folders = [...includePaths, ...new Set(paths.map((path) => dirname(path)))];
  }

  public read(path: string): void {
    const file = resolve(path);
    if (this.seen.has(file)) return;
    this.seen.add(file);
    const shown = isAbsolute(path) ? path : relative('', file);
    const text = readBytes(path, 'ProtoApi.fromFile').toString('utf8');
    this.texts.set(shown, text);
    const imports = this.parse(text, shown);
    for (const imported of imports) this.import(imported, shown, text);
  }

  /** The root with every type name resolved. */
  public resolved(): Root {
    try {
      this.root.resolveAll();
      return this.root;
    } catch (error) {
      throw new MeshError({
        code: 'UnresolvedType',
        where: this.placeOfType(messageOf(error)),
        what: `${messageOf(error)}.`,
        why: 'A method or a field names a type that none of the files and their imports declares.',
        fix: 'import "path/to/the/file/that/declares/it.proto";',
      });
    }
  }

  // The parser names the type and not the place: the first line that uses such a name, whichever file it is in.
  private placeOfType(message: string): string {
    const type = /^(?:no such type: |no such .* '|unresolvable extensions: 'extend )([\w.]+)/.exec(message)?.[1] ?? '';
    const use = new RegExp(`(?<![\\w.]|\\b(message|enum|service|rpc)\\s+)${type.replaceAll('.', '\\.')}(?![\\w.])`);
    const places = [...this.texts].map(([file, text]) => ({ file, line: lineOf(use, text) }));
    const found = places.find(({ line }) => line !== undefined) ?? places[0];
    return placeIn(found.file, type === '' ? undefined : found.line);
  }

  private parse(text: string, file: string): string[] {
    try {
      const parsed = parse(text, this.root, { keepCase: true });
      return [...(parsed.imports ?? []), ...(parsed.weakImports ?? [])];
    } catch (error) {
      const message = messageOf(error);
      const line = POSITION.exec(message)?.[1];
      throw new MeshError({
        code: 'ProtoSyntax',
        where: placeIn(file, line),
        what: `${message.replace(POSITION, '')}.`,
        why: 'protoc would refuse this file as well; no RPC of it is known.',
        fix: `protoc --descriptor_set_out=/dev/null ${file}`,
      });
    }
  }

  private import(name: string, importer: string, text: string): void {
    const folders = [...this.folders, dirname(importer), BUNDLED];
    const folder = folders.find((candidate) => existsSync(join(candidate, name)));
    const wellKnown = common.get(name);
    if (folder !== undefined) this.read(join(folder, name));
    else if (wellKnown !== null) this.addWellKnown(name, wellKnown);
    else throw this.unresolved(name, importer, text);
  }

  private addWellKnown(name: string, { nested = {} }: INamespace): void {
    if (!this.seen.has(name)) this.root.addJSON(nested);
    this.seen.add(name);
  }

  private unresolved(name: string, importer: string, text: string): MeshError {
    const statement = new RegExp(`(?<=\\bimport\\s[^;]*)["']${name.replace(/\W/g, '\\$&')}["']`);
    return new MeshError({
      code: 'UnresolvedImport',
      where: placeIn(importer, lineOf(statement, text)),
      what: `imports '${name}', which is in none of: ${this.folders.map((folder) => folder || '.').join(', ')}.`,
      why: 'Imports are looked up below the include paths, as protoc -I does.',
      fix: `ProtoApi.fromFile('${importer}', { includePaths: ['<folder that holds ${name}>'] })`,
    });
  }
}

function servicesIn(root: Root): ReadService[] {
  const services: ReadService[] = [];
  const visit = (parent: Root | Service['parent']): void => {
    for (const child of parent?.nestedArray ?? []) {
      if ('methodsArray' in child) services.push(readService(child as Service));
      else if ('nestedArray' in child) visit(child as Service['parent']);
    }
  };
  visit(root);
  return services.filter(({ methods }) => methods.length > 0);
}

function readService(service: Service): ReadService {
  return {
    fullName: service.fullName.slice(1),
    methods: service.methodsArray.map((method) => ({
      name: method.name,
      streaming: streamingOf(method.requestStream === true, method.responseStream === true),
      idempotency: idempotencyOf(method.options?.idempotency_level),
      deprecated: method.options?.deprecated === true,
    })),
  };
}

function streamingOf(request: boolean, response: boolean): Streaming {
  if (request) return response ? Streaming.BIDI : Streaming.CLIENT;
  return response ? Streaming.SERVER : Streaming.NONE;
}

// The parser gives the name of the level, from text and from descriptors.
function idempotencyOf(level: unknown): Idempotency {
  if (level === 'NO_SIDE_EFFECTS') return Idempotency.NO_SIDE_EFFECTS;
  if (level === 'IDEMPOTENT') return Idempotency.IDEMPOTENT;
  return Idempotency.UNKNOWN;
}

function placeIn(file: string, line: number | string | undefined): string {
  return line === undefined ? file : `${file}:${line}`;
}

/** The line of the first match outside of comments. */
function lineOf(pattern: RegExp, text: string): number | undefined {
  const code = text.replace(STRING_OR_COMMENT, (part) => (part.startsWith('/') ? part.replace(/[^\n]/g, ' ') : part));
  const found = pattern.exec(code);
  return found ? code.slice(0, found.index).split('\n').length : undefined;
}

function readBytes(path: string, where: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw missing(path, where, (error as NodeJS.ErrnoException).code ?? messageOf(error));
  }
}

function missing(path: string, where: string, reason: string): MeshError {
  return new MeshError({
    code: 'MissingFile',
    where,
    what: `'${path}' cannot be read (${reason}).`,
    why: `Paths are relative to the working directory, which is ${process.cwd()}.`,
    fix: `${where}(path.join(__dirname, '${path.split('/').pop()}'))`,
  });
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}
