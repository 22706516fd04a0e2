import type { Edge, Node, Picture } from './picture';

/**
 * A picture for GitHub, GitLab and mermaid.live.
 *
 * @see https://mermaid.js.org/syntax/flowchart.html
 */
export function mermaid({ boxes, edges }: Picture): string {
  const lines = boxes.flatMap(({ name, nodes }, index) =>
    name === ''
      ? nodes.map((node) => `  ${shape(node)}`)
      : [`  subgraph b${index}["${escaped(name)}"]`, ...nodes.map((node) => `    ${shape(node)}`), '  end'],
  );
  return `${['flowchart LR', ...lines, ...edges.map(arrow)].join('\n')}\n`;
}

function shape({ id, name, kind }: Node): string {
  return kind === 'outside' ? `${id}(["${escaped(name)}"])` : `${id}["${escaped(name)}"]`;
}

function arrow({ from, to, labels, isCertain }: Edge): string {
  const label = labels.map(escaped).join('<br>');
  return isCertain ? `  ${from} -->|"${label}"| ${to}` : `  ${from} -.->|"${label} ?"| ${to}`;
}

/** Mermaid reads Markdown, HTML and its own words in labels; numbered characters are none of them. */
function escaped(text: string): string {
  return text.replaceAll(/[^\w ./:-]/g, (character) => `#${character.codePointAt(0)};`);
}
