"""What else can be asked of a check than its report; each is loaded when it is asked."""

from pavior.cli.answer import ANSWER_IS_NO, Answer
from pavior.cli.checking.request import CheckRequest
from pavior.cli.launcher import CheckTools


def answer_explained(request: CheckRequest, control_id: str, tools: CheckTools) -> Answer:
    """One control, explained on what is at the path; the exit status is that of a check with it alone.

    Raises:
        InvalidError, MissingError: As `explaining.explain`.
    """
    from pavior.cli.checking.explained import explained_to_people
    from pavior.cli.checking.explaining import explain

    explanation = explain(request, control_id, tools)
    return Answer(
        explanation, tuple(explained_to_people(explanation)), ANSWER_IS_NO if explanation.report.is_denied else 0
    )
