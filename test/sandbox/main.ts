import { BadInput } from './checks';
import { readCommandLine, USAGE, type CommandLine } from './commandLine';
import { Lively } from './lively';
import { Sandbox } from './sandbox';

function introduction({ baseUrl, key, controlUrl = '' }: Sandbox): string {
  return `address: ${baseUrl}
key: ${key}

Read the messages:    curl -H 'x-api-key: ${key}' '${baseUrl}/messages'
Send a message:       curl -H 'x-api-key: ${key}' -H 'content-type: application/json' -d '{"messageRaw":"Hello"}' '${baseUrl}/messages'
Speak as a colleague: curl -H 'content-type: application/json' -d '{"author":"Alice Fox","text":"Hi!"}' '${controlUrl}/say'

In VS Code, put the address into the setting "chapi.apiBaseUrl" and run "Chapi: Set API Key…".
Ctrl+C ends the sandbox.
`;
}

async function run({ port, settings, example, lively, json }: CommandLine): Promise<void> {
  const sandbox = await Sandbox.start({ ...settings, port, control: true });
  if (example) sandbox.control.seedDocumentedExample();
  const colleagues = lively ? Lively.start({ control: sandbox.control }) : undefined;
  const { baseUrl, key, controlUrl } = sandbox;
  process.stdout.write(json ? `${JSON.stringify({ baseUrl, key, controlUrl })}\n` : introduction(sandbox));
  const end = (): void => {
    colleagues?.stop();
    void sandbox.close();
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
}

async function main(): Promise<void> {
  try {
    const commandLine = readCommandLine(process.argv.slice(2));
    if (commandLine.help) process.stdout.write(USAGE);
    else await run(commandLine);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof BadInput ? 2 : 1;
  }
}

void main();
