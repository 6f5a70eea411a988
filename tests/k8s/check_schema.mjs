// Checks rendered manifests against the Kubernetes API: each object with the validator that kubernetes-models made from the
// API's OpenAPI schema (types, required fields, patterns), and, because that schema lets unknown fields pass, with the
// TypeScript types made from it, whose compiler refuses them.
//
// Usage: node check_schema.mjs MODULES FILE...
//   MODULES  folder with node_modules (package.json and package-lock.json beside this file, installed by npm ci)
//   FILE     output of `kubectl kustomize`
// Prints one line per violation and exits with 1 if there is any.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const [modules, ...files] = process.argv.slice(2);
const require = createRequire(path.resolve(modules, "package.json"));
const typescript = require("typescript");
const yaml = require("yaml");

// The module of kubernetes-models that holds an object's type, or null if the API has no such kind.
function moduleOf(object) {
  if (!/^[\w.]+(\/\w+)?$/.test(object?.apiVersion ?? "") || !/^[A-Za-z]+$/.test(object?.kind ?? "")) {
    return null;
  }
  const module = `kubernetes-models/${object.apiVersion}/${object.kind}`;
  try {
    require.resolve(module);
    return module;
  } catch {
    return null;
  }
}

// The sentences of the validator.
function validate(object, module) {
  const Model = require(module)[object.kind];
  try {
    new Model(object).validate();
    return [];
  } catch (error) {
    return String(error.message).split("\n");
  }
}

// The sentences of the type checker over all objects: [index, sentence].
function typeCheck(objects) {
  const name = path.resolve(modules, "manifests.ts");
  const imports = [];
  const constants = [];
  objects.forEach(({ object, module }, index) => {
    imports.push(`import type { I${object.kind} as Type${index} } from "${module}";`);
    constants.push(`export const object${index}: Type${index} = ${JSON.stringify(object)};`);
  });
  const source = [...imports, ...constants].join("\n");

  const options = { noEmit: true, strict: true, skipLibCheck: true, types: [], module: typescript.ModuleKind.CommonJS,
                    moduleResolution: typescript.ModuleResolutionKind.Node10, target: typescript.ScriptTarget.ES2022 };
  const host = typescript.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (file, ...rest) =>
    file === name ? typescript.createSourceFile(file, source, rest[0]) : getSourceFile.call(host, file, ...rest);
  host.fileExists = (file) => file === name || fileExists.call(host, file);
  host.readFile = (file) => (file === name ? source : readFile.call(host, file));

  return typescript.getPreEmitDiagnostics(typescript.createProgram([name], options, host)).map((diagnostic) => {
    const line = diagnostic.file ? diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start).line : 0;
    return [line - imports.length, typescript.flattenDiagnosticMessageText(diagnostic.messageText, "; ")];
  });
}

let violations = 0;
function report(file, object, sentence) {
  console.log(`${file}: ${object?.kind}/${object?.metadata?.name}: ${sentence}`);
  violations += 1;
}

const known = [];
for (const file of files) {
  const documents = yaml.parseAllDocuments(fs.readFileSync(file, "utf8"));
  if (documents.length === 0) {
    report(file, null, "holds no objects");
  }
  for (const document of documents) {
    for (const error of document.errors) {
      report(file, null, error.message);
    }
    const object = document.toJS();
    const module = moduleOf(object);
    if (module === null) {
      report(file, object, `the Kubernetes API has no ${object?.apiVersion} ${object?.kind}`);
      continue;
    }
    for (const sentence of validate(object, module)) {
      report(file, object, sentence);
    }
    known.push({ file, object, module });
  }
}
for (const [index, sentence] of typeCheck(known)) {
  report(known[index]?.file ?? "type check", known[index]?.object, sentence);
}
console.log(`${known.length} objects checked, ${violations} violations`);
process.exit(violations === 0 ? 0 : 1);
