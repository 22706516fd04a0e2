import { App } from 'cdk8s';
import { GrpcApi, GrpcService, Workload, ZeroTrustNamespace } from '../src';
import { Manifests } from './support/manifests';

const METHODS = ['Get', 'Put', 'List'];
const CALLS_EACH = 10;

/** A ring of services, each calling the next ten by one RPC. Numbers have three digits, so that names are equally long. */
function ring(size: number, callsEach: number): App {
  const app = new App();
  const home = new ZeroTrustNamespace(app, 'ring');
  const services = Array.from({ length: size }, (_, i) => {
    const name = `service-${100 + i}`;
    return new GrpcService(home, name, {
      workload: Workload.image('service:1'),
      apis: [
        GrpcApi.of(
          `ring.v1.Service${100 + i}`,
          METHODS.map((method) => ({ name: method })),
        ),
      ],
    });
  });
  for (const [i, service] of services.entries()) {
    for (let step = 1; step <= callsEach; step++) service.calls(services[(i + step) % size], [METHODS[step % 3]]);
  }
  return app;
}

const written = (size: number, callsEach: number) => Manifests.of(ring(size, callsEach)).all;
const ofNamespace = written(0, 0).length;
const small = { size: 20, objects: written(20, CALLS_EACH) };
const large = { size: 300, objects: written(300, CALLS_EACH) };

test('300 services with 3,000 calls have as many objects each as 20 services', () => {
  const each = ({ objects, size }: typeof small) => (objects.length - ofNamespace) / size;
  expect([each(small), each(large)]).toEqual([9, 9]);
});

test('calls add no objects', () => {
  expect(small.objects).toHaveLength(written(small.size, 0).length);
});

test('a call takes as many characters among 300 services as among 20', () => {
  const charactersPerCall = ({ objects, size }: typeof small) =>
    (JSON.stringify(objects).length - JSON.stringify(written(size, 0)).length) / (size * CALLS_EACH);
  expect(charactersPerCall(large) / charactersPerCall(small)).toBeCloseTo(1, 2);
});

test('one service among 300 takes as many characters as one among 20', () => {
  const characters = ({ objects }: typeof small) =>
    JSON.stringify(objects.filter(({ metadata }) => metadata.name === 'service-110')).length;
  expect(characters(large)).toBe(characters(small));
});
