import { join, relative } from 'node:path';
import { parse, Root, Writer } from 'protobufjs';
import { FileDescriptorProto, FileDescriptorSet } from 'protobufjs/ext/descriptor';
import { Idempotency, Streaming } from '../../src/values/grpc-method';
import { type ReadService, readDescriptorSet, readProtoFiles } from '../../src/values/proto-reader';
import { protoFolder } from '../support/proto-folder';
import { refusal } from '../support/refusal';

const HEAD = 'syntax = "proto3";\npackage coffee.v1;\nmessage M {}\n';

/** What a file, and others beside it, declare: a line for each RPC. */
function rpcsOf(text: string, others: Record<string, string> = {}): string[] {
  return rpcs(readProtoFiles([join(protoFolder({ ...others, 'main.proto': text }), 'main.proto')], []));
}

function rpcs(services: ReadService[]): string[] {
  return services.flatMap(({ fullName, methods }) =>
    methods.map(({ name, streaming, idempotency, deprecated }) =>
      [`/${fullName}/${name}`, streaming, idempotency, ...(deprecated ? ['deprecated'] : [])].join(', '),
    ),
  );
}

/** The refusal of `main.proto`, with the folder of the files left out of the message. */
function refused(files: Record<string, string>, includePaths: string[] = []): { code: string; message: string } {
  const folder = protoFolder(files);
  const { code, message } = refusal(() =>
    readProtoFiles(
      [join(folder, 'main.proto')],
      includePaths.map((path) => join(folder, path)),
    ),
  );
  return { code, message: message.replaceAll(`${folder}/`, '') };
}

describe('the text of a service', () => {
  test('says which side of each RPC streams', () => {
    const service = `service Payment {
      rpc Charge(M) returns (M);
      rpc Watch(M) returns (stream M);
      rpc Upload(stream M) returns (M);
      rpc Negotiate(stream M) returns (stream M);
    }`;
    expect(rpcsOf(HEAD + service)).toEqual([
      '/coffee.v1.Payment/Charge, unary, unknown',
      '/coffee.v1.Payment/Watch, server, unknown',
      '/coffee.v1.Payment/Upload, client, unknown',
      '/coffee.v1.Payment/Negotiate, bidi, unknown',
    ]);
  });

  test('says what a second execution of each RPC would do', () => {
    const service = `service Payment {
      rpc Silent(M) returns (M);
      rpc Unknown(M) returns (M) { option idempotency_level = IDEMPOTENCY_UNKNOWN; }
      rpc Refund(M) returns (M) { option idempotency_level = IDEMPOTENT; }
      rpc List(M) returns (M) { option idempotency_level = NO_SIDE_EFFECTS; }
      rpc Watch(M) returns (stream M) { option idempotency_level = NO_SIDE_EFFECTS; }
    }`;
    expect(rpcsOf(HEAD + service)).toEqual([
      '/coffee.v1.Payment/Silent, unary, unknown',
      '/coffee.v1.Payment/Unknown, unary, unknown',
      '/coffee.v1.Payment/Refund, unary, idempotent',
      '/coffee.v1.Payment/List, unary, no side effects',
      '/coffee.v1.Payment/Watch, server, no side effects',
    ]);
  });

  test('says which RPCs are deprecated, one by one', () => {
    const service = `service Payment {
      option deprecated = true;
      rpc Charge(M) returns (M) { option deprecated = true; }
      rpc Refund(M) returns (M) { option deprecated = false; }
      rpc List(M) returns (M);
    }`;
    expect(rpcsOf(HEAD + service)).toEqual([
      '/coffee.v1.Payment/Charge, unary, unknown, deprecated',
      '/coffee.v1.Payment/Refund, unary, unknown',
      '/coffee.v1.Payment/List, unary, unknown',
    ]);
  });

  test('may declare several services, and services without methods, which nobody can call', () => {
    const services =
      'service A { rpc X(M) returns (M); }\nservice Empty {}\nservice B { option deprecated = true; rpc Y(M) returns (M); }';
    expect(rpcsOf(HEAD + services)).toEqual(['/coffee.v1.A/X, unary, unknown', '/coffee.v1.B/Y, unary, unknown']);
  });

  test('may declare no service at all', () => {
    expect(rpcsOf(HEAD)).toEqual([]);
  });

  test('may have no package', () => {
    expect(rpcsOf('syntax = "proto3"; message M {} service Bare { rpc X(M) returns (M); }')).toEqual([
      '/Bare/X, unary, unknown',
    ]);
  });

  test('may name types in every way that protobuf knows', () => {
    const text = `syntax = "proto3";
      package acme.coffee.v1;
      message Outer { message Inner { enum Size { SMALL = 0; } } }
      service S {
        rpc Nested(Outer.Inner) returns (Outer);
        rpc Full(.acme.coffee.v1.Outer) returns (acme.coffee.v1.Outer.Inner);
        rpc Partial(v1.Outer) returns (coffee.v1.Outer);
      }`;
    expect(rpcsOf(text)).toEqual([
      '/acme.coffee.v1.S/Nested, unary, unknown',
      '/acme.coffee.v1.S/Full, unary, unknown',
      '/acme.coffee.v1.S/Partial, unary, unknown',
    ]);
  });
});

describe('the dialects', () => {
  test('proto2 is read, also without a syntax line', () => {
    const body = `package coffee.v1;
      message M {
        required string id = 1;
        optional group Part = 2 { optional int32 n = 1; }
        extensions 100 to max;
        reserved 5, 7 to 9;
      }
      extend M { optional int32 more = 100; }
      service Payment { rpc Refund(M) returns (stream M) { option idempotency_level = IDEMPOTENT; } }`;
    const expected = ['/coffee.v1.Payment/Refund, server, idempotent'];
    expect(rpcsOf(`syntax = "proto2"; ${body}`)).toEqual(expected);
    expect(rpcsOf(body)).toEqual(expected);
  });

  test('editions are read, with features in every place', () => {
    const text = `edition = "2023";
      package coffee.v1;
      option features.field_presence = IMPLICIT;
      message M { int32 n = 1 [features.field_presence = EXPLICIT]; M inner = 2 [features.message_encoding = DELIMITED]; }
      enum E { option features.enum_type = CLOSED; ONE = 1; }
      service Payment {
        rpc Watch(M) returns (stream M) { option idempotency_level = NO_SIDE_EFFECTS; option deprecated = true; }
      }`;
    expect(rpcsOf(text)).toEqual(['/coffee.v1.Payment/Watch, server, no side effects, deprecated']);
  });

  test('files of several dialects may import each other', () => {
    const text = 'edition = "2023"; package a; import "b.proto"; service S { rpc X(b.M) returns (b.M); }';
    const others = {
      'b.proto': 'syntax = "proto2"; package b; import "c.proto"; message M { required c.N n = 1; }',
      'c.proto': 'syntax = "proto3"; package c; message N { optional int32 n = 1; }',
    };
    expect(rpcsOf(text, others)).toEqual(['/a.S/X, unary, unknown']);
  });
});

describe('options of others', () => {
  test('an extension of MethodOptions does not disturb what is known of the RPC', () => {
    const text = `${HEAD}
      import "google/protobuf/descriptor.proto";
      message Rule { string role = 1; repeated string tags = 2; }
      extend google.protobuf.MethodOptions {
        string owner = 50001;
        Rule rule = 50002;
        bool deprecated_soon = 50003;
      }
      service Payment {
        rpc Charge(M) returns (M) {
          option (owner) = "team } service Fake { rpc X(M) returns (M); ";
          option (coffee.v1.rule) = { role: "}" tags: ["a", "b"] };
          option idempotency_level = IDEMPOTENT;
          option deprecated = true;
        }
        rpc Refund(M) returns (M) { option (rule).role = "admin"; option (deprecated_soon) = true; }
      }`;
    expect(rpcsOf(text)).toEqual([
      '/coffee.v1.Payment/Charge, unary, idempotent, deprecated',
      '/coffee.v1.Payment/Refund, unary, unknown',
    ]);
  });

  test('google.api.http is found without a copy of it, and a GET there promises nothing', () => {
    const text = `${HEAD}
      import "google/api/annotations.proto";
      service Payment {
        rpc Get(M) returns (M) {
          option (google.api.http) = {
            get: "/v1/{name=payments/*}"
            additional_bindings { post: "/v1/x" body: "*" }
          };
        }
      }`;
    expect(rpcsOf(text)).toEqual(['/coffee.v1.Payment/Get, unary, unknown']);
  });
});

describe('unusual formatting', () => {
  const plain = `${HEAD}service Payment {\n  rpc Watch(M) returns (stream M);\n}\n`;
  const expected = ['/coffee.v1.Payment/Watch, server, unknown'];

  test.each([
    ['carriage returns', plain.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\ufeff${plain}`],
    ['a byte order mark and carriage returns', `\ufeff${plain.replaceAll('\n', '\r\n')}`],
    ['no line breaks and no spaces to spare', plain.replaceAll('\n', ' ').replaceAll('{ ', '{').replaceAll(') ', ')')],
    ['a line break at every space', plain.replaceAll(' ', '\n')],
    ['tabs', plain.replaceAll(' ', '\t')],
    ['empty statements', plain.replace('}\n', ';;}\n;').replace('stream M);', 'stream M) {;}')],
    ['comments in every gap', plain.replaceAll(' ', ' /* service X { rpc Y(M) returns (M); } */ ')],
    ['a comment that looks like a service', `// service X { rpc Y(M) returns (M); }\n${plain}`],
    ['a service that is commented out', `${plain}/*\nservice X {\n  rpc Y(M) returns (M);\n}\n*/`],
    ['a comment that opens another one', `/* // /* service */\n${plain}// */ service\n`],
    ['single quotes', plain.replaceAll('"', "'")],
    ['no line break at the end', plain.trimEnd()],
  ])('does not matter: %s', (_, text) => {
    expect(rpcsOf(text)).toEqual(expected);
  });

  test('a type may be called stream, and is not a stream then', () => {
    const service = `message stream {}
      message streamer {}
      service S {
        rpc A(.coffee.v1.stream) returns (v1.stream);
        rpc B(stream stream) returns (stream stream);
        rpc C(streamer) returns (streamer);
      }`;
    expect(rpcsOf(HEAD + service)).toEqual([
      '/coffee.v1.S/A, unary, unknown',
      '/coffee.v1.S/B, bidi, unknown',
      '/coffee.v1.S/C, unary, unknown',
    ]);
  });

  test('keywords are names like any other', () => {
    const service = `message service {}
      message rpc {}
      message returns {}
      service message {
        rpc rpc(rpc) returns (returns);
        rpc service(service) returns (stream rpc);
        rpc option(M) returns (M) { option deprecated = true; }
        rpc constructor(M) returns (M);
      }`;
    expect(rpcsOf(HEAD + service)).toEqual([
      '/coffee.v1.message/rpc, unary, unknown',
      '/coffee.v1.message/service, server, unknown',
      '/coffee.v1.message/option, unary, unknown, deprecated',
      '/coffee.v1.message/constructor, unary, unknown',
    ]);
  });
});

describe('imports', () => {
  const declares = (name: string) => `syntax = "proto3"; package ${name}; message M {}`;
  const uses = (...names: string[]) =>
    [
      'syntax = "proto3"; package main;',
      ...names.map((name) => `import "${name}.proto";`),
      `service S { rpc X(${names[0]}.M) returns (${names.at(-1)}.M); }`,
    ].join('\n');

  test('are looked up below the include paths, in their order', () => {
    const folder = protoFolder({
      'app/main.proto': uses('shared'),
      'first/shared.proto': declares('shared'),
      'second/shared.proto': 'syntax = "proto3"; this is not read',
    });
    const includePaths = ['empty', 'first', 'second'].map((path) => join(folder, path));
    expect(rpcs(readProtoFiles([join(folder, 'app/main.proto')], includePaths))).toEqual(['/main.S/X, unary, unknown']);
  });

  test('are looked up beside the file where no include path has them', () => {
    expect(rpcsOf(uses('a', 'b'), { 'a.proto': declares('a'), 'b.proto': declares('b') })).toHaveLength(1);
  });

  test('are looked up beside the file that imports them, too', () => {
    const others = { 'deep/a.proto': `import "b.proto"; ${declares('a')}`, 'deep/b.proto': declares('b') };
    const text = 'syntax = "proto3"; import "deep/a.proto"; service S { rpc X(a.M) returns (b.M); }';
    expect(rpcsOf(text.replace('import', 'package main; import'), others)).toEqual(['/main.S/X, unary, unknown']);
  });

  test('by a path relative to the working directory are found as well', () => {
    const folder = protoFolder({ 'app/main.proto': uses('a'), 'include/a.proto': declares('a') });
    const near = (path: string) => relative('', join(folder, path));
    expect(rpcs(readProtoFiles([near('app/main.proto')], [near('include')]))).toEqual(['/main.S/X, unary, unknown']);
  });

  test('that are weak or public are read', () => {
    const text = `syntax = "proto3"; package main;
      import weak 'a.proto'; import public 'b.proto';
      service S { rpc X(a.M) returns (b.M); }`;
    expect(rpcsOf(text, { 'a.proto': declares('a'), 'b.proto': declares('b') })).toEqual(['/main.S/X, unary, unknown']);
  });

  test('bring the services of the imported file, also through import public', () => {
    const others = {
      'facade.proto': 'syntax = "proto3"; package facade; import public "real.proto";',
      'real.proto': `${declares('real')} service Real { rpc X(M) returns (M); }`,
    };
    const text =
      'syntax = "proto3"; package main; import "facade.proto"; service S { rpc X(real.M) returns (real.M); }';
    expect(rpcsOf(text, others).sort()).toEqual(['/main.S/X, unary, unknown', '/real.Real/X, unary, unknown']);
    expect(rpcsOf('syntax = "proto3"; import public "real.proto";', others)).toEqual(['/real.Real/X, unary, unknown']);
  });

  test('that go in a circle end', () => {
    const others = { 'a.proto': `import "main.proto"; ${declares('a')}` };
    expect(rpcsOf(uses('a'), others)).toEqual(['/main.S/X, unary, unknown']);
  });

  test('of one file by two ways are read once', () => {
    const others = {
      'a.proto': `import "b.proto"; ${declares('a')}`,
      'b.proto': declares('b'),
    };
    expect(rpcsOf(uses('a', './b', 'b').replace('./b.M', 'b.M'), others)).toHaveLength(1);
  });

  test('of the types that everybody knows need no file', () => {
    const known = [
      'any',
      'api',
      'compiler/plugin',
      'descriptor',
      'duration',
      'empty',
      'field_mask',
      'source_context',
      'struct',
      'timestamp',
      'type',
      'wrappers',
    ].map((name) => `import "google/protobuf/${name}.proto";`);
    const service = 'service S { rpc X(google.protobuf.Empty) returns (google.protobuf.Api); }';
    expect(rpcsOf(`${HEAD}${known.join('\n')}\n${service}`)).toEqual(['/coffee.v1.S/X, unary, unknown']);
  });

  test('of a known type take the copy on the include path, if there is one', () => {
    const folder = protoFolder({
      'main.proto':
        'syntax = "proto3"; package main; import "google/protobuf/empty.proto"; service S { rpc X(google.protobuf.Empty) returns (google.protobuf.Mine); }',
      'include/google/protobuf/empty.proto':
        'syntax = "proto3"; package google.protobuf; message Empty {} message Mine {}',
    });
    const read = readProtoFiles([join(folder, 'main.proto')], [join(folder, 'include')]);
    expect(rpcs(read)).toEqual(['/main.S/X, unary, unknown']);
  });

  test('of several files are one set, whichever imports which', () => {
    const folder = protoFolder({
      'a.proto': `${declares('a')} service A { rpc X(M) returns (M); }`,
      'main.proto': uses('a'),
    });
    const files = ['main.proto', 'a.proto', 'main.proto'].map((name) => join(folder, name));
    expect(rpcs(readProtoFiles(files, [])).sort()).toEqual(['/a.A/X, unary, unknown', '/main.S/X, unary, unknown']);
  });

  test('that are missing are refused at the line of the import', () => {
    const text =
      '// needs "gone.proto", as in:\n/* import "gone.proto"; */\nsyntax = "proto3";\nimport "gone.proto";\n';
    const { code, message } = refused({ 'main.proto': text }, ['protos']);
    expect(code).toBe('UnresolvedImport');
    expect(message).toMatch(/^main\.proto:4: imports 'gone\.proto', which is in none of: protos, /);
  });

  test.each([
    ['a line break', 'syntax = "proto3";\r\nimport public\r\n  "gone.proto";\r\n', 3],
    ['a URL in front', 'syntax = "proto3"; option go_package = "https://x"; import \'gone.proto\';', 1],
    ['another import with a longer name', 'syntax = "proto3";\nimport "gone.proto.proto";\nimport "gone.proto";', 3],
  ])('that are missing are refused at the right line in spite of %s', (_, text, line) => {
    const { code, message } = refused({ 'main.proto': text, 'gone.proto.proto': declares('other') });
    expect(code).toBe('UnresolvedImport');
    expect(message.startsWith(`main.proto:${line}: imports 'gone.proto'`)).toBe(true);
  });

  test('that are missing in an imported file are refused in that file', () => {
    const { code, message } = refused({
      'main.proto': 'syntax = "proto3";\nimport "a.proto";',
      'a.proto': `${HEAD}\nimport "gone.proto";`,
    });
    expect(code).toBe('UnresolvedImport');
    expect(message).toMatch(/^a\.proto:5: imports 'gone\.proto'/);
  });
});

describe('a file that is not right', () => {
  test('is refused by name if it is not there', () => {
    const error = refusal(() => readProtoFiles(['protos/gone.proto'], []));
    expect(error.code).toBe('MissingFile');
    expect(error.message).toContain("ProtoApi.fromFile: 'protos/gone.proto' cannot be read (ENOENT).");
    expect(error.message).toContain(process.cwd());
  });

  test('is refused by name if it is a folder', () => {
    const error = refusal(() => readProtoFiles([protoFolder({})], []));
    expect(error.code).toBe('MissingFile');
    expect(error.message).toContain('(EISDIR)');
  });

  test.each([
    ['a misspelt keyword', `${HEAD}service S {\n  rpc X(M) return (M);\n}`, 5, "illegal token 'return'"],
    ['a brace that is never closed', `${HEAD}service S {\n  rpc X(M) returns (M);\n`, 6, 'illegal token'],
    ['a service without a name', `${HEAD}service {}`, 4, "illegal service name '{'"],
    ['a method with two requests', `${HEAD}\nservice S { rpc X(M, M) returns (M); }`, 5, "illegal token ','"],
    ['a page of the web', '\n<!doctype html>', 2, "illegal token '<'"],
    ['carriage returns in front of it', `${HEAD}\n\nservice S (\n`.replaceAll('\n', '\r\n'), 6, "illegal token '('"],
  ])('is refused at its line: %s', (_, text, line, what) => {
    const { code, message } = refused({ 'main.proto': text });
    expect(code).toBe('ProtoSyntax');
    expect(message.slice(0, message.indexOf('\n'))).toContain(`main.proto:${line}: ${what}`);
  });

  test('is refused at its own line when it is imported', () => {
    const { code, message } = refused({
      'main.proto': `${HEAD}import "a.proto";`,
      'a.proto': 'syntax = "proto3";\npackage a;\n\n\nmessage {}',
    });
    expect(code).toBe('ProtoSyntax');
    expect(message).toMatch(/^a\.proto:5: illegal type name '\{'\.\n/);
  });

  test.each([
    ['message', 'message M {}'],
    ['service', 'service S { rpc X(M) returns (M); } service S { rpc X(M) returns (M); }'],
    ['method', 'service S { rpc X(M) returns (M); rpc X(M) returns (stream M); }'],
  ])('is refused if it declares a %s twice', (_, text) => {
    const { code, message } = refused({ 'main.proto': HEAD + text });
    expect(code).toBe('ProtoSyntax');
    expect(message).toMatch(/^main\.proto: duplicate name '[MSX]'/);
  });

  test.each([
    ['a request', 'service S {\n  // Missing\n  rpc X(Missing) returns (M);\n}', 6],
    ['a response', 'service S {\n  rpc X(M) returns\n    (stream Missing);\n}', 6],
    ['a request of another package', 'service S {\n  rpc X(other.Missing) returns (M);\n}', 5],
    ['a field', 'service S { rpc X(M) returns (M); }\nmessage N {\n  Missing m = 1;\n}', 6],
    ['an extension', '\nextend Missing { string s = 1; }', 5],
    [
      'a field, beside a method of that name',
      'service S {\n rpc Missing(M) returns (M); }\nmessage N {\n Missing m = 1; }',
      7,
    ],
  ])('is refused at the line of a type that nobody declares: %s', (_, text, line) => {
    const { code, message } = refused({ 'main.proto': HEAD + text });
    expect(code).toBe('UnresolvedType');
    expect(message).toMatch(new RegExp(`^main\\.proto:${line}: .*Missing`));
  });

  test('is refused at its own line when an imported file names a type that nobody declares', () => {
    const { code, message } = refused({
      'main.proto': `${HEAD}import "a.proto";`,
      'a.proto': 'syntax = "proto3";\npackage a;\nmessage N { Missing m = 1; }',
    });
    expect(code).toBe('UnresolvedType');
    expect(message).toMatch(/^a\.proto:3: /);
  });
});

describe('a FileDescriptorSet', () => {
  const types = { name: 'coffee/v1/types.proto', package: 'coffee.v1', syntax: 'proto3', messageType: [{ name: 'M' }] };
  const method = { inputType: '.coffee.v1.M', outputType: '.coffee.v1.M' };
  const payment = {
    name: 'coffee/v1/payment.proto',
    package: 'coffee.v1',
    syntax: 'proto3',
    dependency: ['coffee/v1/types.proto'],
    service: [
      {
        name: 'Payment',
        method: [
          { ...method, name: 'Charge' },
          { ...method, name: 'Unknown', options: { idempotencyLevel: 'IDEMPOTENCY_UNKNOWN' } },
          { ...method, name: 'Refund', options: { idempotencyLevel: 'IDEMPOTENT', deprecated: true } },
          { ...method, name: 'List', options: { idempotencyLevel: 'NO_SIDE_EFFECTS', deprecated: false } },
          { ...method, name: 'Watch', serverStreaming: true, options: { idempotencyLevel: 'NO_SIDE_EFFECTS' } },
          { ...method, name: 'Upload', clientStreaming: true },
          { ...method, name: 'Negotiate', clientStreaming: true, serverStreaming: true },
        ],
      },
    ],
  };
  const PAYMENT = [
    '/coffee.v1.Payment/Charge, unary, unknown',
    '/coffee.v1.Payment/Unknown, unary, unknown',
    '/coffee.v1.Payment/Refund, unary, idempotent, deprecated',
    '/coffee.v1.Payment/List, unary, no side effects',
    '/coffee.v1.Payment/Watch, server, no side effects',
    '/coffee.v1.Payment/Upload, client, unknown',
    '/coffee.v1.Payment/Negotiate, bidi, unknown',
  ];

  const setOf = (...file: object[]) => FileDescriptorSet.encode(FileDescriptorSet.fromObject({ file })).finish();
  const read = (bytes: Uint8Array) => readDescriptorSet(join(protoFolder({ 'api.binpb': bytes }), 'api.binpb'));

  test('says of each RPC what the text says', () => {
    expect(rpcs(read(setOf(types, payment)))).toEqual(PAYMENT);
  });

  test('may hold its files in any order', () => {
    expect(rpcs(read(setOf(payment, types)))).toEqual(PAYMENT);
  });

  test('may hold proto2 and editions', () => {
    const { syntax: _, ...proto2 } = types;
    expect(rpcs(read(setOf(proto2, payment)))).toEqual(PAYMENT);
    const edition = { ...types, syntax: 'editions', edition: 'EDITION_2023' };
    expect(rpcs(read(setOf(edition, { ...payment, syntax: 'editions', edition: 'EDITION_2023' })))).toEqual(PAYMENT);
  });

  test('may have no services', () => {
    expect(read(setOf(types))).toEqual([]);
  });

  test('may be an image of buf, which says more of each file', () => {
    // https://buf.build/bufbuild/buf/docs/main:buf.alpha.image.v1: `optional ImageFileExtension buf_extension = 8042`
    const file = (descriptor: object) =>
      Writer.create()
        .uint32((1 << 3) | 2)
        .bytes(
          Buffer.concat([
            FileDescriptorProto.encode(FileDescriptorProto.fromObject(descriptor)).finish(),
            Writer.create()
              .uint32((8042 << 3) | 2)
              .bytes(Buffer.from([8, 1]))
              .finish(),
          ]),
        )
        .finish();
    expect(rpcs(read(Buffer.concat([file(types), file(payment)])))).toEqual(PAYMENT);
  });

  test('of a parsed text says what the text says', () => {
    const text = `${HEAD}service Payment {
      rpc Charge(M) returns (M) { option idempotency_level = IDEMPOTENT; }
      rpc Watch(M) returns (stream M) { option deprecated = true; }
      rpc Negotiate(stream M) returns (stream M) { option idempotency_level = NO_SIDE_EFFECTS; }
    }`;
    const { root } = parse(text, new Root());
    root.resolveAll();
    const bytes = FileDescriptorSet.encode(root.toDescriptor('proto3')).finish();
    expect(rpcs(read(bytes))).toEqual(rpcsOf(text));
  });

  test.each([
    ['random bytes', Buffer.from([0xde, 0xad, 0xbe, 0xef])],
    ['nothing', Buffer.alloc(0)],
    ['bytes that mean something else', Buffer.from('hello')],
    ['the text of a .proto', Buffer.from(HEAD)],
    ['JSON', Buffer.from(JSON.stringify({ file: [types] }))],
    ['a set that was cut off', setOf(types, payment).slice(0, -5)],
    ['a set without the imported files', setOf(payment)],
    ['a single file, not a set', FileDescriptorProto.encode(FileDescriptorProto.fromObject(types)).finish()],
  ])('is not %s', (_, bytes) => {
    const path = join(protoFolder({ 'api.binpb': bytes }), 'api.binpb');
    const error = refusal(() => readDescriptorSet(path));
    expect(error.code).toBe('InvalidDescriptorSet');
    expect(error.message.startsWith(`${path}: this is not a complete FileDescriptorSet: `)).toBe(true);
    expect(error.message).toContain('protoc --include_imports');
  });

  test('that is not there is refused by name', () => {
    const error = refusal(() => readDescriptorSet('gone.binpb'));
    expect(error.code).toBe('MissingFile');
    expect(error.message).toContain("ProtoApi.fromDescriptorSet: 'gone.binpb' cannot be read (ENOENT).");
  });
});

test('what is read is what a service written by hand would say', () => {
  const folder = protoFolder({
    'main.proto': `${HEAD}service Payment { rpc Watch(M) returns (stream M) { option idempotency_level = IDEMPOTENT; } }`,
  });
  expect(readProtoFiles([join(folder, 'main.proto')], [])).toEqual([
    {
      fullName: 'coffee.v1.Payment',
      methods: [{ name: 'Watch', streaming: Streaming.SERVER, idempotency: Idempotency.IDEMPOTENT, deprecated: false }],
    },
  ]);
});
