resource "aws_elb" "a" {
  name = "orders"

  access_logs {
    bucket = "logs-of-ours"
  }

  listener {
    instance_port     = 80
    instance_protocol = "http"
    lb_port           = 80
    lb_protocol       = "http"
  }
}
