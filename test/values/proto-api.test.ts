import { join, relative } from 'node:path';
import { FileDescriptorSet } from 'protobufjs/ext/descriptor';
import { Streaming } from '../../src/values/grpc-method';
import { ProtoApi } from '../../src/values/proto-api';
import { protoFolder } from '../support/proto-folder';
import { refusal } from '../support/refusal';

const types = 'syntax = "proto3"; package coffee.v1; message M {}';
const coffee = `syntax = "proto3"; package coffee.v1; import "coffee/v1/types.proto";
  service Payment { rpc Charge(M) returns (M); rpc Watch(M) returns (stream M); }
  service Order { rpc Place(M) returns (M); }
  service Planned {}`;
const files = { 'protos/coffee/v1/types.proto': types, 'protos/coffee/v1/coffee.proto': coffee };

function coffeeApi(): ProtoApi {
  const folder = protoFolder(files);
  return ProtoApi.fromFile(join(folder, 'protos/coffee/v1/coffee.proto'), { includePaths: [join(folder, 'protos')] });
}

describe('a set of files', () => {
  test('knows its services, but for those without methods', () => {
    expect(coffeeApi().serviceNames).toEqual(['coffee.v1.Payment', 'coffee.v1.Order']);
  });

  test('gives a service with its RPCs in the order of their declaration', () => {
    const payment = coffeeApi().service('coffee.v1.Payment');
    expect(payment.fullName).toBe('coffee.v1.Payment');
    expect(payment.methods.map(({ path }) => path)).toEqual(['/coffee.v1.Payment/Charge', '/coffee.v1.Payment/Watch']);
    expect(payment.methods.map(({ streaming }) => streaming)).toEqual([Streaming.NONE, Streaming.SERVER]);
  });

  test('may come from several files', () => {
    const folder = protoFolder({
      ...files,
      'protos/tea.proto': 'syntax = "proto3"; package tea; message M {} service Tea { rpc Brew(M) returns (M); }',
    });
    const paths = ['tea.proto', 'coffee/v1/coffee.proto'].map((name) => join(folder, 'protos', name));
    const api = ProtoApi.fromFiles(paths, { includePaths: [join(folder, 'protos')] });
    expect(api.serviceNames).toEqual(['tea.Tea', 'coffee.v1.Payment', 'coffee.v1.Order']);
  });

  test('may come from a path relative to the working directory', () => {
    const folder = protoFolder({ 'main.proto': `${types} service S { rpc X(M) returns (M); }` });
    expect(ProtoApi.fromFile(relative('', join(folder, 'main.proto'))).serviceNames).toEqual(['coffee.v1.S']);
  });

  test('may come from a FileDescriptorSet', () => {
    const file = {
      name: 'main.proto',
      package: 'coffee.v1',
      messageType: [{ name: 'M' }],
      service: [{ name: 'S', method: [{ name: 'X', inputType: '.coffee.v1.M', outputType: '.coffee.v1.M' }] }],
    };
    const bytes = FileDescriptorSet.encode(FileDescriptorSet.fromObject({ file: [file] })).finish();
    const api = ProtoApi.fromDescriptorSet(join(protoFolder({ 'api.binpb': bytes }), 'api.binpb'));
    expect(api.service('coffee.v1.S').methods.map(({ path }) => path)).toEqual(['/coffee.v1.S/X']);
  });

  test('may be everything below a folder', () => {
    const folder = protoFolder({
      ...files,
      'protos/tea.proto': 'syntax = "proto3"; package tea; message M {} service Tea { rpc Brew(M) returns (M); }',
      'protos/notes.txt': 'service Nothing {}',
    });
    const api = ProtoApi.fromFolder(join(folder, 'protos'));
    expect(api.serviceNames).toEqual(['coffee.v1.Payment', 'coffee.v1.Order', 'tea.Tea']);
  });

  test('is not a folder without .proto files', () => {
    const folder = protoFolder({ 'notes.txt': '' });
    expect(refusal(() => ProtoApi.fromFolder(folder)).code).toBe('NoFiles');
    expect(refusal(() => ProtoApi.fromFolder(join(folder, 'gone'))).code).toBe('MissingFile');
  });

  test('is not an empty list', () => {
    const error = refusal(() => ProtoApi.fromFiles([]));
    expect(error.code).toBe('NoFiles');
    expect(error.message).toMatch(/^ProtoApi\.fromFiles: /);
  });

  test('is not a file that is not there', () => {
    expect(refusal(() => ProtoApi.fromFile('gone.proto')).code).toBe('MissingFile');
    expect(refusal(() => ProtoApi.fromDescriptorSet('gone.binpb')).code).toBe('MissingFile');
  });
});

describe('a service that the files do not declare', () => {
  test('is refused with the file, the ones they do declare, and the one that was meant', () => {
    const error = refusal(() => coffeeApi().service('coffee.v1.Paymnet'));
    expect(error.code).toBe('UnknownService');
    expect(error.message).toContain("protos/coffee/v1/coffee.proto: there is no service 'coffee.v1.Paymnet'.");
    expect(error.message).toContain(
      "Its services are: coffee.v1.Payment, coffee.v1.Order. Did you mean 'coffee.v1.Payment'?",
    );
  });

  test('comes with the line of the one that was meant, not of the first', () => {
    const error = refusal(() => coffeeApi().service('coffee.v1.Ordre'));
    expect(error.message).toContain("    .service('coffee.v1.Order')");
  });

  test('comes with the line of some service if none is close', () => {
    const error = refusal(() => coffeeApi().service('warehouse.v2.Stocktaking'));
    expect(error.message).not.toContain('Did you mean');
    expect(error.message).toContain("    .service('coffee.v1.Payment')");
  });

  test.each(['Payment', 'coffee.v1', 'coffee.v1.Planned', 'constructor', ''])('is refused: %j', (name) => {
    expect(refusal(() => coffeeApi().service(name)).code).toBe('UnknownService');
  });

  test('is refused where there is none at all', () => {
    const api = ProtoApi.fromFile(join(protoFolder({ 'main.proto': types }), 'main.proto'));
    const error = refusal(() => api.service('coffee.v1.Payment'));
    expect(error.code).toBe('UnknownService');
    expect(error.message).toContain('The files declare no service that has methods.');
  });
});

test('whoever has no files does not load a parser', () => {
  jest.isolateModules(() => {
    const loaded = jest.fn();
    jest.doMock('protobufjs', () => {
      loaded();
      return jest.requireActual('protobufjs');
    });
    const { ProtoApi: Fresh } = require('../../src') as typeof import('../../src');
    expect(loaded).not.toHaveBeenCalled();
    Fresh.fromFile(join(protoFolder({ 'main.proto': types }), 'main.proto'));
    expect(loaded).toHaveBeenCalled();
    jest.dontMock('protobufjs');
  });
});
