resource "aws_ecs_task_definition" "scans" {
  family                = "scans"
  container_definitions = file("scans.json")

  volume {
    name      = "work"
    host_path = "/work"
  }
}
