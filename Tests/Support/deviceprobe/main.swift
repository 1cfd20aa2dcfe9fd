// One process of a simulated device, for tests: what ntfhost starts of itself for its guardrails.
import Guardrails

GuardrailsProcess.serveIfAsked()
