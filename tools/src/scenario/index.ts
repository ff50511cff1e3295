export { SCENARIO } from "./definition.js";
export { scenarioDocument } from "./document.js";
export { type ScenarioEvidence, scenarioEvidence } from "./evidence.js";
export { playScenario, serveScenario } from "./play.js";
