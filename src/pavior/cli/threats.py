"""`pavior threat`: the table of its commands. What reads files alone needs no server."""

import click

from pavior.cli.verb import Later, LazyGroup

COMMANDS: dict[str, Later] = {
    "lint": Later("pavior.cli.threat_lint:lint_models", "Check models, and tell what they leave open."),
    "upgrade": Later("pavior.cli.threat_lint:upgrade_models", "Bring models of the first version to the second."),
    "draft": Later("pavior.cli.threat_drafting:draft_threats", "Draft the model of a service, or what is new in it."),
    "list": Later("pavior.cli.threat_listing:list_threats", "How threats stand where they are deployed."),
    "show": Later("pavior.cli.threat_listing:show_threat", "One threat: what it is, and what stops it."),
    "history": Later("pavior.cli.threat_listing:show_history", "How one threat stood before."),
    "fleet": Later("pavior.cli.threat_listing:show_fleet", "All services, and what would close how many threats."),
    "models": Later("pavior.cli.threat_listing:list_models", "The threat model of each service."),
    "reopened": Later("pavior.cli.threat_listing:list_reopened", "What was stopped, and is open again."),
    "report-tests": Later("pavior.cli.threat_tests:report_tests", "Report what tests came to, as evidence."),
    "diff": Later("pavior.cli.threat_diff:diff_threats", "What your working tree does to the threats."),
    "reviews": Later("pavior.cli.threat_reviews:list_reviews", "List security reviews: what waits longest first."),
    "review": Later("pavior.cli.threat_reviews:show_review", "Show one review: what is to be signed off, and by whom."),
    "sign-off": Later("pavior.cli.threat_reviews:sign_off", "Agree to exactly what a review, or a model, shows."),
    "ask-changes": Later("pavior.cli.threat_reviews:ask_changes", "Send a proposal back."),
    "export": Later("pavior.cli.threat_exchange:export_model", "Write a model in another form, such as OTM."),
    "import": Later("pavior.cli.threat_exchange:import_model", "Make a model out of an Open Threat Model."),
    "rank": Later("pavior.cli.threat_ranking:rank_threats", "The threats of a model, the gravest first, and why."),
    "library": Later("pavior.cli.threat_library:list_library", "List the threats that are known before any system is."),
    "explain": Later("pavior.cli.threat_library:explain_threat", "Show what one threat of the library is."),
}


@click.group(cls=LazyGroup, commands_later=COMMANDS)
def threat() -> None:
    """What could go wrong by design, what stops it, and whether that holds."""
