"""The face of our job rows for code that speaks the Tasks API (`@task`, `.enqueue()`)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus

from yunheng.foundation import jobs
from yunheng.foundation.models import Job

RUN_TASK = "foundation.task"
_STATUS = {
    Job.State.WAITING: TaskResultStatus.READY,
    Job.State.RUNNING: TaskResultStatus.RUNNING,
    Job.State.DONE: TaskResultStatus.SUCCESSFUL,
    Job.State.FAILED: TaskResultStatus.FAILED,
}


class JobRowsBackend(BaseTaskBackend):
    supports_defer = True
    supports_get_result = True

    def enqueue(self, task: Task[..., Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        self.validate_task(task)
        row = jobs.enqueue(
            RUN_TASK,
            now=timezone.now(),
            arguments={"path": task.module_path, "args": list(args), "kwargs": dict(kwargs)},
            run_at=task.run_after,
        )
        return self._result(task, row)

    def get_result(self, result_id: str) -> TaskResult[Any]:
        row = Job.objects.get(uid=result_id)
        return self._result(import_string(row.arguments["path"]), row)

    def _result(self, task: Task[..., Any], row: Job) -> TaskResult[Any]:
        result: TaskResult[Any] = TaskResult(
            task=task,
            id=row.uid,
            status=_STATUS[Job.State(row.state)],
            enqueued_at=row.created_at,
            started_at=None,
            last_attempted_at=None,
            finished_at=row.finished_at,
            args=row.arguments["args"],
            kwargs=row.arguments["kwargs"],
            backend=self.alias,
            errors=[],
            worker_ids=[row.worker] if row.worker else [],
        )
        object.__setattr__(result, "_return_value", row.result)
        return result


@jobs.job(RUN_TASK)
def run_task(*, now: Any, report: Any, actor: Any, path: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return import_string(path).func(*args, **kwargs)
