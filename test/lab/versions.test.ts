import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { API_SERVER, DEFAULT, ISTIO, type Modules, wanted } from './versions';

const CRDS = ['istio.io/api', 'sigs.k8s.io/gateway-api'];

describe('versions.ts says what is built:', () => {
  test('mesh/go.mod requires the modules of the default Istio', () => {
    expect(required('mesh')).toMatchObject(ISTIO[DEFAULT]);
  });

  test('apiserver/go.mod requires Kubernetes, etcd, and the CRDs of the default Istio', () => {
    const crds = Object.fromEntries(CRDS.map((module) => [module, ISTIO[DEFAULT][module]]));
    expect(required('apiserver')).toMatchObject({ ...API_SERVER, ...crds });
  });

  test('each library of Kubernetes is the one of its release', () => {
    const libraries = [...goMod('apiserver').matchAll(/=> k8s\.io\/\S+ (v\S+)$/gm)].map(([, version]) => version);
    expect(new Set(libraries)).toEqual(new Set([API_SERVER['k8s.io/kubernetes'].replace('v1.', 'v0.')]));
  });

  test.each(Object.entries(ISTIO))('Istio %s names its own module', (minor, modules) => {
    expect(minor).toMatch(/^1\.\d+$/);
    expect(modules).toHaveProperty(['istio.io/istio']);
  });
});

describe('LAB_ISTIO', () => {
  test('is the default if it names nothing', () => {
    expect(wanted('')).toEqual([DEFAULT]);
  });

  test('names one, or all', () => {
    expect(wanted(DEFAULT)).toEqual([DEFAULT]);
    expect(wanted('all')).toEqual(Object.keys(ISTIO));
  });

  test('names only what is pinned', () => {
    expect(() => wanted('0.8')).toThrow(`LAB_ISTIO is 0.8, but test/lab/versions.ts has ${DEFAULT}`);
  });
});

function required(module: string): Modules {
  const lines = goMod(module).matchAll(/^(?:require |\t)(\S+) (v\S+)(?: \/\/ indirect)?$/gm);
  return Object.fromEntries([...lines].map(([, name, version]) => [name, version]));
}

function goMod(module: string): string {
  return readFileSync(join(__dirname, module, 'go.mod'), 'utf8');
}
