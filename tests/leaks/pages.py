"""The pages of the site, by what leak walks may ask of each."""

from __future__ import annotations

import re

from models.base.records import Record
from models.bidding import Award, Bid, Entrant, Project, Scorer
from models.complaints import Complaint
from models.concerns import Concern
from models.evaluation import Appeal
from models.files import File
from models.inbox import InboxMessage
from models.matters import MatterList
from models.people import Post
from models.points import PointEntry
from models.registry import DataValue, ReportTemplate
from models.requests import WorkRequest
from models.schemes import Scheme, VillageIndex
from models.surveys import Survey, SurveyVillage
from models.tasks import Assignment, Task
from models.units import Unit

BY_NUMBER: dict[str, type[Record]] = {
    "/requests/{id:int}": WorkRequest,
    "/requests/{id:int}/amend": WorkRequest,
    "/requests/{id:int}/fields": WorkRequest,
    "/screening/{id:int}": WorkRequest,
    "/tasks/{id:int}": Task,
    "/tasks/{id:int}/fields": Task,
    "/tasks/{id:int}/summary.xlsx": Task,
    "/tasks/{id:int}/attachments.zip": Task,
    "/assignments/{id:int}": Assignment,
    "/concerns/{id:int}": Concern,
    "/complaints/{id:int}": Complaint,
    "/trail/WorkRequest/{id:int}": WorkRequest,
    "/trail/Task/{id:int}": Task,
    "/trail/Assignment/{id:int}": Assignment,
    "/trail/Concern/{id:int}": Concern,
    "/surveys/{id:int}": Survey,
    "/surveys/{id:int}/change": Survey,
    "/surveys/{id:int}/households": Survey,
    "/surveys/villages/{id:int}": SurveyVillage,
    "/trail/Survey/{id:int}": Survey,
    "/files/{id:int}": File,
    "/files/{id:int}/look": File,
    "/files/{id:int}/small": File,
    "/lists/{id:int}": MatterList,
    "/lists/{id:int}/changes": MatterList,
    "/lists/{id:int}/basis": MatterList,
    "/lists/{id:int}/golden": MatterList,
    "/trail/MatterList/{id:int}": MatterList,
    "/as/{id:int}": Post,
    "/trail/Post/{id:int}": Post,
    "/board/{id:int}": Project,
    "/projects/{id:int}": Project,
    "/projects/{id:int}/change": Project,
    "/trail/Project/{id:int}": Project,
    "/trail/Bid/{id:int}": Bid,
    "/points/{id:int}": PointEntry,
    "/values/{id:int}": DataValue,
    "/appeals/{id:int}": Appeal,
    "/trail/Appeal/{id:int}": Appeal,
}
"""Pages of one row that stands in the table of rights."""
OWN_ONLY: dict[str, type[Record]] = {
    "/bids/{id:int}": Bid,
    "/bids/{id:int}/sheet": Bid,
    "/scoring/{id:int}": Scorer,
}
"""Pages of one row for those whose own it is; everybody else gets the page of a missing one, may they read it or not."""
OF_OTHERS: dict[str, type[Record]] = {
    "/rankings/index/{id:int}": VillageIndex,
    "/messages/{id:int}": InboxMessage,
    "/awards/{id:int}": Award,
    "/trail/Award/{id:int}": Award,
    "/bids/for/{entrant:int}": Entrant,
    "/board/{id:int}.json": Project,
    "/units/{id:int}": Unit,
    "/units/{id:int}/reveals": Unit,
    "/units/{id:int}/data": Unit,
    "/reports/{id:int}": ReportTemplate,
    "/reports/{id:int}/table.xlsx": ReportTemplate,
    "/ledger/departments/{id:int}": Unit,
    "/people/{id:int}": Post,
    "/trail/Unit/{id:int}": Unit,
    "/schemes/{id:int}": Scheme,
    "/schemes/{id:int}/edit": Scheme,
    "/schemes/{id:int}/simulation": Scheme,
    "/trail/Scheme/{id:int}": Scheme,
}
"""Pages of one row whose words are looked for."""
LINK = re.compile(r'href="(/[^"#]*)')
MOST_PAGES = 700
ABOUT = "/complaints/new?about="
"""One link on every page, to a form that is the same but for a name: walked for tasks alone."""
PLAIN = {
    "/reports",
    "/rankings",
    "/rankings?board=persons",
    "/rankings?board=praise",
    "/rankings/method",
    "/",
    "/account",
    "/account/password",
    "/requests",
    "/requests/new",
    "/screening",
    "/tasks",
    "/concerns",
    "/concerns/new",
    "/complaints",
    "/complaints?state=answered",
    "/complaints/new",
    "/complaints/published",
    "/complaints/statistics",
    "/complaints/follow",
    "/surveys",
    "/surveys/new",
    "/matters",
    "/lists",
    "/ledger",
    "/ledger/villages",
    "/burden",
    "/askers",
    "/units",
    "/people",
    "/people/new",
    "/people/slips",
    "/heads",
    "/explorer",
    "/exceptions",
    "/waivers",
    "/emergency",
    "/policies",
    "/compliance",
    "/workdays",
    "/redlines",
    "/reminders",
    "/messages",
    "/messages?show=waiting",
    "/messages/outside",
    "/board",
    "/board?stage=all",
    "/board/schema.json",
    "/projects",
    "/projects/new",
    "/schemes",
    "/points",
    "/points?mine=1",
    "/appeals",
    "/appeals?show=own",
}
SEARCHED = {
    "/requests",
    "/screening",
    "/tasks",
    "/concerns",
    "/complaints",
    "/complaints/published",
    "/surveys",
    "/matters",
    "/units",
    "/people",
    "/requests/new",
    "/board",
    "/projects",
    "/points",
}
ELSEWHERE = {
    "/healthz",
    "/robots.txt",
    "/login",
    "/static/{path:path}",
    "/graphql",
    "/s",
    "/s/thanks",
    "/s/{token}",
    "/matters/{code}",
    "/lists/{id:int}/matters/{code}",
    "/lists/{id:int}/table.{kind}",
    "/tasks/new",
    "/requests/{id:int}/fields/{code:path}",
    "/units/{id:int}/data/{element:int}",
    "/tasks/{id:int}/fields/{code:path}",
    "/as/{post:int}/tasks",
    "/as/{post:int}/assignments/{id:int}",
    "/burden/rows/{figure}",
    "/askers/table.xlsx",
    "/requests/{id:int}/values",
    "/requests/{id:int}/values.xlsx",
    "/askers/{id:int}/{figure}",
    "/ledger/table.xlsx",
    "/compliance/data.xlsx",
    "/compliance/functions.xlsx",
    "/ledger/archive.zip",
    "/trail/{kind}/{id:int}",
    "/rankings/live",
    "/rankings/table.xlsx",
    "/rankings/index/{id:int}/{source}",
    "/board/live",
    "/files/bids/{id:int}/{seal}",
    "/emergency/{id:int}/dispatch",
    "/appeals/new",
    "/schemes/{id:int}/simulation/{of}.xlsx",
}
"""Without rows of anybody, or walked by name above and below."""
