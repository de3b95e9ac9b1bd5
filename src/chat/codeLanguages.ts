/** Languages whose names are also those of programs, or of things to talk about: words behind one may be a command. */
const commands = new Set(
  (
    'bash sh zsh fish csh ksh shell console cmd bat powershell pwsh ps awk sed git docker make cmake go python python3 py ' +
    'ruby rb perl php lua julia swift java kotlin dart r rscript scala node deno bun nix text txt plain plaintext log http ' +
    'curl vim diff patch sql mysql psql sqlite'
  ).split(' '),
);

const others = new Set(
  (
    'typescript ts mts cts javascript js mjs cjs jsx tsx json jsonc json5 jsonl ndjson html xhtml htm xml svg rss atom xsd xsl ' +
    'plist css scss sass less stylus c h cc cpp c++ cxx hpp hh hxx h++ objc objective-c objective-c++ objectivec cs csharp c# ' +
    'fs fsharp f# vb vbnet rust rs golang kt kts groovy gradle clojure clj cljs haskell hs elm ocaml ml reason purescript ' +
    'erlang erl elixir ex exs eex heex crystal cr nim zig d v ada pascal delphi fortran cobol lisp elisp scheme racket prolog ' +
    'tcl matlab octave mathematica sas stata asm nasm wasm wat llvm verilog vhdl systemverilog cuda glsl hlsl wgsl solidity ' +
    'sol move cairo graphql gql proto protobuf thrift avro yaml yml toml ini cfg conf properties dotenv env editorconfig ' +
    'hcl terraform tf bicep dockerfile makefile nginx apache vue svelte astro mdx markdown md mkd mkdown rst asciidoc adoc ' +
    'latex tex bibtex typst mermaid plantuml dot graphviz csv tsv regex regexp jq xpath ebnf bnf abnf http-request ' +
    'handlebars hbs mustache liquid jinja jinja2 twig ejs pug haml erb razor cshtml gherkin feature applescript autohotkey ' +
    'coffeescript coffee actionscript haxe vala qml abap apex plsql tsql pgsql postgresql cypher sparql kql promql logql ' +
    'ipython gyp jsp shellsession gemspec podspec thor irb ps1 psm1 zshrc vimscript viml gitignore gitcommit jsdoc tsdoc'
  ).split(' '),
);

/** Whether a word behind a fence is known to be the name of a language, in whatever case. */
export function isCodeLanguage(name: string): boolean {
  const lower = name.toLowerCase();
  return commands.has(lower) || others.has(lower);
}

/** Whether a language has the name of a program, which may be followed by what it is to do. */
export function isCommand(language: string): boolean {
  return commands.has(language.toLowerCase());
}
