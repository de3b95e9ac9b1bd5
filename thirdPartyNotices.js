// Names the packages that are bundled into the extension, with the licences that have to go along with them.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const MODULES = 'node_modules/';
const RULE = '='.repeat(80);

/** A package's folder, from the path of a file in it: `node_modules/name` or `node_modules/@scope/name`, however deep. */
function packageFolder(input) {
  const end = input.lastIndexOf(MODULES);
  if (end < 0) return undefined;
  const inside = input.slice(end + MODULES.length).split('/');
  return input.slice(0, end + MODULES.length) + inside.slice(0, inside[0].startsWith('@') ? 2 : 1).join('/');
}

/** The licence that a package brings: files of its own, or else that section of its readme. */
function licenceText(folder) {
  const names = fs.readdirSync(folder).sort();
  const files = names.filter((name) => /^(licen[cs]e|copying|notice)([.-]|$)/i.test(name));
  if (files.length > 0) {
    return files.map((name) => fs.readFileSync(path.join(folder, name), 'utf8').trim()).join('\n\n');
  }
  const readme = names.find((name) => /^readme(\.|$)/i.test(name));
  const text = readme === undefined ? '' : fs.readFileSync(path.join(folder, readme), 'utf8');
  const section =
    /^(?:#+ *licen[cs]e.*|licen[cs]e *\r?\n-{3,})\r?\n([^]*?)(?=^#+ |^.+\r?\n-{3,}\r?$|^\[[^\]]+\]: |(?![^]))/im;
  const found = section.exec(text)?.[1].trim() ?? '';
  // A name alone ("MIT") is no licence text.
  return /permission is|redistribution|licensed under/i.test(found) ? found : undefined;
}

function notice(folder) {
  const { name, version, license, homepage } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const text = licenceText(folder);
  if (text === undefined) {
    throw new Error(`The package ${name} brings no licence text. Bundle another one, or extend thirdPartyNotices.js.`);
  }
  const about = [`${name} ${version}`, `Licence: ${license}`, ...(homepage === undefined ? [] : [homepage])];
  return `${RULE}\n${about.join('\n')}\n${RULE}\n\n${text.replaceAll('\r\n', '\n')}\n`;
}

/**
 * The text of ThirdPartyNotices.txt for what esbuild has bundled, packages in the order of their names.
 * @param metafiles of the builds; their inputs are relative to the current folder
 * @throws Error when a package brings no licence text: it must not be shipped then
 */
function thirdPartyNotices(metafiles) {
  const used = metafiles
    .flatMap(({ outputs }) => Object.values(outputs))
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([input]) => packageFolder(input))
    .filter((folder) => folder !== undefined);
  const introduction = 'This extension contains the following packages, under their own licences.\n';
  return [introduction, ...[...new Set(used)].sort().map(notice)].join('\n');
}

module.exports = { thirdPartyNotices };
