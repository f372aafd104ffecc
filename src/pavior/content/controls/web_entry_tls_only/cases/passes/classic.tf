resource "aws_elb" "a" {
  name = "orders"

  listener {
    instance_port      = 8080
    instance_protocol  = "http"
    lb_port            = 443
    lb_protocol        = "https"
    ssl_certificate_id = "arn:aws:acm:eu-central-1:111122223333:certificate/1234"
  }
}
