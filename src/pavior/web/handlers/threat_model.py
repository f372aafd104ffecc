"""The threat model of one service, and its picture."""

from pavior.web.visits import Answer, File, Page, Visit


def show_threat_model(visit: Visit) -> Page:
    """The page; its picture comes behind, because a large one takes seconds."""
    view = visit.application.pages.get_threat_page(visit.actor, visit.path["service"])
    return Page("threat_model.html", {"view": view})


def show_picture(visit: Visit) -> Page:
    """The picture within the page."""
    drawing = visit.application.pages.draw_threats(visit.actor, visit.path["service"], is_standalone=False)
    return Page("_threat_picture.html", {"drawing": drawing})


def download_picture(visit: Visit) -> Answer:
    """The picture as a file that stands alone."""
    service = visit.path["service"]
    drawing = visit.application.pages.draw_threats(visit.actor, service)
    return File(f"{service}-threats.svg", drawing.encode(), "image/svg+xml")


def download_paper(visit: Visit) -> Answer:
    """The model for a meeting."""
    service = visit.path["service"]
    paper = visit.application.pages.print_threats(visit.actor, service)
    return File(f"{service}-threats.pdf", paper, "application/pdf")


def download_exchange(visit: Visit) -> Answer:
    """The model for other tools."""
    service = visit.path["service"]
    document = visit.application.pages.export_threats(visit.actor, service)
    return File(f"{service}-threats.otm.json", document.encode(), "application/json")
