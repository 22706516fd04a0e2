import { dot } from '../../src/diagram/dot';
import { mermaid } from '../../src/diagram/mermaid';
import { pictureOf } from '../../src/diagram/picture';
import { AccessMatrix } from '../../src/simulation/access/access-matrix';
import { Simulation } from '../../src/simulation/simulation';
import { clusterOf } from '../support/cluster-of';
import { SMALL_MESH } from '../support/small-mesh';

const picture = (text: string) => pictureOf(AccessMatrix.of(Simulation.of(clusterOf(text))));

test('namespaces are boxes, callers and callees nodes, and one edge has all RPCs of a pair', () => {
  const both = SMALL_MESH.replace(
    'paths: [/shop.v1.Order/Place]',
    'paths: [/shop.v1.Order/Place, /shop.v1.Order/Cancel]',
  );
  expect(picture(both)).toEqual({
    boxes: [
      { name: '', nodes: [{ id: 'n1', name: 'https://api.example.com', kind: 'outside' }] },
      {
        name: 'shop',
        nodes: [
          { id: 'n2', name: 'order', kind: 'service' },
          { id: 'n3', name: 'web', kind: 'workload' },
        ],
      },
    ],
    edges: [
      { from: 'n1', to: 'n2', labels: ['Track'], isCertain: true },
      { from: 'n3', to: 'n2', labels: ['Cancel', 'Place'], isCertain: true },
    ],
  });
});

test('is the same whatever the order of the manifests', () => {
  const turned = SMALL_MESH.split('---\n').reverse().join('---\n');
  expect(mermaid(picture(turned))).toBe(mermaid(picture(SMALL_MESH)));
  expect(dot(picture(turned))).toBe(dot(picture(SMALL_MESH)));
});

test('as Mermaid', () => {
  expect(mermaid(picture(SMALL_MESH))).toBe(`flowchart LR
  n1(["https://api.example.com"])
  subgraph b1["shop"]
    n2["order"]
    n3["web"]
  end
  n1 -->|"Track"| n2
  n3 -->|"Place"| n2
`);
});

test('as DOT', () => {
  expect(dot(picture(SMALL_MESH))).toBe(`digraph mesh {
  rankdir=LR;
  node [shape=box];
  n1 [label="https://api.example.com", shape=ellipse];
  subgraph cluster_1 {
    label="shop";
    n2 [label="order"];
    n3 [label="web"];
  }
  n1 -> n2 [label="Track"];
  n3 -> n2 [label="Place"];
}
`);
});

test('what is not certain is dashed', () => {
  const text = SMALL_MESH.slice(SMALL_MESH.indexOf('---'));
  expect(mermaid(picture(text))).toMatch(/ -\.->\|".* \?"\| /);
  expect(dot(picture(text))).toMatch(/ \?", style=dashed\];/);
});

test('names cannot break out of their labels', () => {
  const wild = {
    boxes: [{ name: 'a"]\nb', nodes: [{ id: 'n1', name: '<b>"x\\y', kind: 'workload' } as const] }],
    edges: [{ from: 'n1', to: 'n1', labels: ['/a/{*}'], isCertain: true }],
  };
  expect(mermaid(wild)).toBe(`flowchart LR
  subgraph b0["a#34;#93;#10;b"]
    n1["#60;b#62;#34;x#92;y"]
  end
  n1 -->|"/a/#123;#42;#125;"| n1
`);
  expect(dot(wild)).toContain('label="a\\"]\\nb";');
  expect(dot(wild)).toContain('n1 [label="<b>\\"x\\\\y"];');
});
