"""Accounts, sessions and tokens: only hashes of what opens them are kept."""

from __future__ import annotations

from typing import Self

from tortoise import fields
from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.base.clock import now
from models.base.columns import column, link
from models.base.records import Record
from models.base.viewer import NOTHING, Viewer
from models.people import Person, Post, in_force
from models.people.roles import MANAGERS


class Account(Record):
    """What one person signs in with."""

    person: fields.OneToOneRelation[Person] = fields.OneToOneField(
        "models.Person", related_name="account", on_delete=fields.OnDelete.RESTRICT
    )
    person_id: int
    username = column("账号", fields.CharField(max_length=40, unique=True))
    password_hash = column("密码摘要（不能还原）", fields.CharField(max_length=200))
    must_change = column("是否要先改密码", fields.BooleanField(default=True))
    ended_at = fields.DatetimeField(null=True)

    called = "账号"
    judged_with = ("person", "person__posts", "person__posts__unit")
    kept_out = frozenset({"password_hash"})

    class Meta:
        table = "account"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """One's own account, and those of the people one manages."""
        if viewer.is_clock:
            return cls.all()
        managed = Post.filter(in_force(), viewer.area("unit__path", *MANAGERS)).values("person_id")
        return cls.filter(Q(person_id=viewer.person_id or 0) | Q(person_id__in=Subquery(managed)))

    def trail_path(self) -> str:
        """Where the person works: the first post still held, or the last one."""
        posts = sorted(
            self.person.posts, key=lambda post: (post.until_on is None, post.from_on), reverse=True
        )
        return posts[0].unit.path if posts else ""

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


class Session(Record):
    """One device somebody is signed in with, seen by that person alone."""

    account: fields.ForeignKeyRelation[Account] = column(
        "账号",
        fields.ForeignKeyField(
            "models.Account", db_index=True, related_name="sessions", on_delete=fields.OnDelete.CASCADE
        ),
    )
    account_id: int
    token_hash = fields.CharField(max_length=64, unique=True)
    device = column("手机或电脑的类型，供本人认出自己的登录", fields.CharField(max_length=60, default=""))
    made_at = fields.DatetimeField()
    expires_at = column("到期时间", fields.DatetimeField())
    revoked_at = column("失效时间", fields.DatetimeField(null=True))

    called = "登录"
    judged_with = ("account",)
    kept_out = frozenset({"token_hash"})

    class Meta:
        table = "session"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(account_id=viewer.account_id or 0, revoked_at=None, expires_at__gt=now())


class ApiToken(Record):
    """A program's key to the API, with the rights of one post until a day."""

    post: fields.ForeignKeyRelation[Post] = link("Post", "tokens", indexed=True)
    post_id: int
    label = column("名称", fields.CharField(max_length=60))
    token_hash = fields.CharField(max_length=64, unique=True)
    made_at = fields.DatetimeField()
    expires_at = column("到期时间", fields.DatetimeField())
    revoked_at = column("失效时间", fields.DatetimeField(null=True))

    called = "令牌"
    judged_with = ("post", "post__unit")
    kept_out = frozenset({"token_hash"})
    secret: str = ""
    """The token itself, known only to whoever made it, once."""

    class Meta:
        table = "api_token"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(post__person_id=viewer.person_id) if viewer.signed_in else cls.filter(NOTHING)

    def trail_path(self) -> str:
        return self.post.unit.path

    @property
    def is_live(self) -> bool:
        return self.revoked_at is None and self.expires_at > now()


class Throttle(Record):
    """Failed tries of the last hour by one name or from one address, kept under a hash and for a day at most."""

    key = column("加密后的代号", fields.CharField(max_length=64, unique=True))
    since = fields.DatetimeField()
    failures = column("输错次数", fields.IntField(default=0))

    class Meta:
        table = "throttle"
