/** `colophon deployment` and `colophon config`: where things are, and what is remembered. */
import type { Command } from "commander";
import { getCode } from "viem/actions";
import { createContext } from "../context.js";
import { terminalOutput } from "../output.js";
import { completeSettings, configPath, readConfig, type Settings, writeConfig } from "../settings.js";
import { addDeploymentVerify } from "./deployment-verify.js";

export function addDeployment(program: Command): void {
  const deployment = program
    .command("deployment")
    .description("where the contracts are, and whether they are as they should be");
  deployment
    .command("show")
    .description("contracts of the chain, and whether each has code")
    .action((_, command) => runShow(command.optsWithGlobals()));
  addDeploymentVerify(deployment);
  const config = program.command("config").description("settings that are remembered; never a key itself");
  config
    .command("set")
    .argument("<name>", "rpcUrl, chain, deployment, gateway, indexer or keyFile")
    .argument("<value>")
    .description("remember a setting, in a file that you alone can read")
    .action((name, value, _, command) => runSet(name, value, command.optsWithGlobals()));
  config
    .command("show")
    .description("what is remembered, and where")
    .action((_, command) => runConfig(command.optsWithGlobals()));
}

async function runShow(options: Settings): Promise<void> {
  const { client, chainId, deployment, output } = await createContext(options);
  const contracts = await Promise.all(
    Object.entries(deployment.contracts).map(async ([name, { address, block }]) => {
      const code = await getCode(client, { address });
      return { name, address, ...(block === undefined ? {} : { block }), hasCode: code !== undefined && code !== "0x" };
    }),
  );
  output.result({ chainId, contracts, external: { ...deployment.external } });
}

async function runSet(name: string, value: string, options: Settings): Promise<void> {
  const path = await writeConfig(name, value);
  terminalOutput((await completeSettings(options)).json).result({ path, [name]: value });
}

async function runConfig(options: Settings): Promise<void> {
  const { json } = await completeSettings(options);
  terminalOutput(json).result({ path: configPath(), ...(await readConfig()) });
}
