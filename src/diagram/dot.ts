import type { Edge, Node, Picture } from './picture';

/**
 * A picture for Graphviz: `dot -Tsvg`.
 *
 * @see https://graphviz.org/doc/info/lang.html
 */
export function dot({ boxes, edges }: Picture): string {
  const lines = boxes.flatMap(({ name, nodes }, index) =>
    name === ''
      ? nodes.map((node) => `  ${shape(node)}`)
      : [
          `  subgraph cluster_${index} {`,
          `    label=${quoted(name)};`,
          ...nodes.map((node) => `    ${shape(node)}`),
          '  }',
        ],
  );
  const head = ['digraph mesh {', '  rankdir=LR;', '  node [shape=box];'];
  return `${[...head, ...lines, ...edges.map(arrow), '}'].join('\n')}\n`;
}

function shape({ id, name, kind }: Node): string {
  return `${id} [label=${quoted(name)}${kind === 'outside' ? ', shape=ellipse' : ''}];`;
}

function arrow({ from, to, labels, isCertain }: Edge): string {
  const label = labels.join('\n');
  return isCertain
    ? `  ${from} -> ${to} [label=${quoted(label)}];`
    : `  ${from} -> ${to} [label=${quoted(`${label} ?`)}, style=dashed];`;
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
