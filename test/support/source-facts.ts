import ts from 'typescript';

/** One place in a source file that names another module. */
export interface Import {
  readonly line: number;
  /** undefined: the name is computed. */
  readonly specifier?: string;
  /** `type`: erased when compiled. `lazy`: loaded by a function when it runs. `value`: loaded with the file. */
  readonly load: 'type' | 'lazy' | 'value';
  /** What is taken from it: `*` for everything, `default` for the default export, nothing for a bare import. */
  readonly names: string[];
}

/** Something that a file does besides computing from what it is given. */
export type Act = 'print' | 'exit' | 'environment' | 'clock' | 'chance' | 'state' | 'run' | 'dependency';

export interface Deed {
  readonly line: number;
  readonly act: Act;
  /** The words in the source. */
  readonly words: string;
}

export interface SourceFacts {
  readonly imports: Import[];
  readonly deeds: Deed[];
}

/** What a file imports and does, by its syntax alone. */
export function sourceFacts(file: string, text: string): SourceFacts {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const deeds: Deed[] = [];
  const lineOf = (node: ts.Node) => source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
  const words = (node: ts.Node) => node.getText(source).split('\n')[0].slice(0, 60);
  const imported = (node: ts.Node, name: ts.Node | undefined, load: Import['load'], names: string[]) =>
    imports.push({
      line: lineOf(node),
      specifier: name && ts.isStringLiteralLike(name) ? name.text : undefined,
      load,
      names,
    });
  const did = (node: ts.Node, act: Act | undefined) => {
    if (act) deeds.push({ line: lineOf(node), act, words: words(node) });
  };

  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      imported(node, node.moduleSpecifier, importLoad(node.importClause), importedNames(node.importClause));
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
      const named = node.exportClause && ts.isNamedExports(node.exportClause) ? node.exportClause.elements : undefined;
      const erased = node.isTypeOnly || allTypes(named);
      imported(node, node.moduleSpecifier, erased ? 'type' : 'value', named?.map(nameTaken) ?? ['*']);
    } else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
      imported(node, node.moduleReference.expression, node.isTypeOnly ? 'type' : 'value', ['*']);
    } else if (ts.isImportTypeNode(node)) {
      const name = ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
      imported(node, name, 'type', [node.qualifier ? firstName(node.qualifier) : '*']);
    } else if (ts.isModuleDeclaration(node) && ts.isStringLiteral(node.name)) {
      imported(node, node.name, 'type', ['*']);
    } else if (ts.isCallExpression(node) && loads(node.expression)) {
      imported(node, node.arguments[0], insideFunction(node) ? 'lazy' : 'value', ['*']);
    }
    if (ts.isIdentifier(node)) did(node.parent, actOfIdentifier(node));
    if (ts.isPropertyDeclaration(node)) did(node, isStaticState(node) ? 'state' : undefined);
    if (ts.isClassStaticBlockDeclaration(node)) did(node, 'run');
    ts.forEachChild(node, visit);
  };
  visit(source);
  for (const statement of source.statements) did(statement, actOfStatement(statement));
  for (const { fileName } of source.typeReferenceDirectives) {
    imports.push({ line: 1, specifier: fileName, load: 'type', names: ['*'] });
  }
  return { imports, deeds };
}

function importLoad(clause: ts.ImportClause | undefined): 'type' | 'value' {
  if (!clause) return 'value';
  const named = clause.namedBindings && ts.isNamedImports(clause.namedBindings) ? clause.namedBindings.elements : [];
  return clause.isTypeOnly || (!clause.name && allTypes(named)) ? 'type' : 'value';
}

function importedNames(clause: ts.ImportClause | undefined): string[] {
  const bindings = clause?.namedBindings;
  const others = bindings ? (ts.isNamedImports(bindings) ? bindings.elements.map(nameTaken) : ['*']) : [];
  return clause?.name ? ['default', ...others] : others;
}

function allTypes(elements: readonly (ts.ImportSpecifier | ts.ExportSpecifier)[] | undefined): boolean {
  return elements !== undefined && elements.length > 0 && elements.every(({ isTypeOnly }) => isTypeOnly);
}

function nameTaken({ propertyName, name }: ts.ImportSpecifier | ts.ExportSpecifier): string {
  return (propertyName ?? name).text;
}

function firstName(name: ts.EntityName): string {
  return ts.isIdentifier(name) ? name.text : firstName(name.left);
}

/** `import(…)`, `require(…)`, `require.resolve(…)`. */
function loads(callee: ts.Expression): boolean {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  const root = ts.isPropertyAccessExpression(callee) ? callee.expression : callee;
  return ts.isIdentifier(root) && root.text === 'require';
}

function insideFunction(node: ts.Node): boolean {
  return ts.findAncestor(node, ts.isFunctionLike) !== undefined;
}

function actOfIdentifier(node: ts.Identifier): Act | undefined {
  const { parent } = node;
  if (node.text === 'addDependency' && ts.isPropertyAccessExpression(parent) && parent.name === node)
    return 'dependency';
  if (!isGlobalRead(node)) return undefined;
  const member = memberOf(ts.isPropertyAccessExpression(parent) && parent.name === node ? parent : node);
  switch (node.text) {
    case 'console':
      return 'print';
    case 'process':
      if (['stdout', 'stderr', 'emitWarning'].includes(member ?? '')) return 'print';
      return ['exit', 'reallyExit', 'abort', 'kill'].includes(member ?? '') ? 'exit' : 'environment';
    case 'Date':
      return member === 'now' ||
        ts.isCallExpression(parent) ||
        (ts.isNewExpression(parent) && !parent.arguments?.length)
        ? 'clock'
        : undefined;
    case 'performance':
    case 'setTimeout':
    case 'setInterval':
    case 'setImmediate':
      return 'clock';
    case 'Math':
      return member === 'random' ? 'chance' : undefined;
    case 'crypto':
      return 'chance';
    default:
      return undefined;
  }
}

/** Whether an identifier reads a global: not a type, not a key, not the name of something declared, not `x.name`. */
function isGlobalRead(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) {
    const ofGlobalThis = ts.isIdentifier(parent.expression) && parent.expression.text === 'globalThis';
    return parent.expression === node || ofGlobalThis;
  }
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent)) {
    return parent.initializer === node;
  }
  return ts.isExpression(parent) || ts.isStatement(parent) || ts.isShorthandPropertyAssignment(parent);
}

/** `now` of `Date.now` and of `Date['now']`. */
function memberOf(node: ts.Node): string | undefined {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.expression === node) return parent.name.text;
  if (ts.isElementAccessExpression(parent) && parent.expression === node) {
    return ts.isStringLiteralLike(parent.argumentExpression) ? parent.argumentExpression.text : undefined;
  }
  return undefined;
}

function isStaticState(node: ts.PropertyDeclaration): boolean {
  const has = (kind: ts.SyntaxKind) => node.modifiers?.some((modifier) => modifier.kind === kind) ?? false;
  return has(ts.SyntaxKind.StaticKeyword) && !has(ts.SyntaxKind.ReadonlyKeyword);
}

/** A module declares. What it runs when loaded, or keeps between two calls, is an act. */
function actOfStatement(statement: ts.Statement): Act | undefined {
  if (ts.isVariableStatement(statement)) {
    const { flags, declarations } = statement.declarationList;
    const changes = (flags & ts.NodeFlags.Const) === 0 && !isAmbient(statement);
    return changes || declarations.some(isEmptyContainer) ? 'state' : undefined;
  }
  const declares =
    ts.isImportDeclaration(statement) ||
    ts.isImportEqualsDeclaration(statement) ||
    ts.isExportDeclaration(statement) ||
    ts.isExportAssignment(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isModuleDeclaration(statement);
  return declares ? undefined : 'run';
}

function isAmbient(statement: ts.VariableStatement): boolean {
  return statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) ?? false;
}

/** Born empty at the top of a module, and not said to stay so: it is there to be filled. */
function isEmptyContainer({ initializer, type }: ts.VariableDeclaration): boolean {
  const kind = type?.getText() ?? '';
  if (!initializer || /^readonly|^Readonly/.test(kind)) return false;
  if (ts.isArrayLiteralExpression(initializer)) return initializer.elements.length === 0;
  if (ts.isObjectLiteralExpression(initializer)) return initializer.properties.length === 0 && /^$|^Record</.test(kind);
  if (!ts.isNewExpression(initializer)) return false;
  return /^(Weak)?(Map|Set)$/.test(initializer.expression.getText()) && !initializer.arguments?.length;
}
