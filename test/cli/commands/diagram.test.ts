import { grpcMesh } from '../../support/command-line';
import { SMALL_MESH } from '../../support/small-mesh';

test('draws for Markdown, or for Graphviz', () => {
  expect(grpcMesh(['diagram', '-'], SMALL_MESH)).toEqual({
    out: expect.stringMatching(/^flowchart LR\n/),
    err: '',
    exitCode: 0,
  });
  expect(grpcMesh(['diagram', '-', '-o', 'dot'], SMALL_MESH).out).toMatch(/^digraph mesh \{\n/);
});
